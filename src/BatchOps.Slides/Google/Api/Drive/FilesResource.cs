using Google.Apis.Discovery;
using Google.Apis.Drive.v3.Data;
using Google.Apis.Services;
using Google.Apis.Upload;
using Google.Apis.Util;
using File = Google.Apis.Drive.v3.Data.File;

namespace Google.Apis.Drive.v3;

/// <summary>The methods of files.</summary>
internal class FilesResource(IClientService service)
{
    public virtual CopyRequest Copy(File body, string fileId) => new(service, body, fileId);

    public virtual CreateRequest Create(File body) => new(service, body);

    public virtual CreateMediaUpload Create(File body, Stream stream, string contentType) => new(service, body, stream, contentType);

    public virtual DeleteRequest Delete(string fileId) => new(service, fileId);

    public virtual GetRequest Get(string fileId) => new(service, fileId);

    public virtual ListRequest List() => new(service);

    /// <summary>Copies a file.</summary>
    public class CopyRequest : DriveBaseServiceRequest<File>
    {
        public CopyRequest(IClientService service, File body, string fileId)
            : base(service)
        {
            FileId = fileId;
            Body = body;
            InitParameters();
        }

        [RequestParameter("fileId", RequestParameterType.Path)]
        public virtual string FileId { get; }

        [RequestParameter("supportsAllDrives", RequestParameterType.Query)]
        public virtual bool? SupportsAllDrives { get; set; }

        public override string MethodName => "copy";

        public override string HttpMethod => "POST";

        public override string RestPath => "files/{fileId}/copy";

        private File Body { get; }

        protected override object GetBody() => Body;

        protected sealed override void InitParameters()
        {
            base.InitParameters();
            RequestParameters.Add("fileId", new Parameter { Name = "fileId", IsRequired = true, ParameterType = "path" });
            RequestParameters.Add("supportsAllDrives", new Parameter { Name = "supportsAllDrives", IsRequired = false, ParameterType = "query" });
        }
    }

    /// <summary>Creates a file without content, such as a folder.</summary>
    public class CreateRequest : DriveBaseServiceRequest<File>
    {
        public CreateRequest(IClientService service, File body)
            : base(service)
        {
            Body = body;
            InitParameters();
        }

        [RequestParameter("supportsAllDrives", RequestParameterType.Query)]
        public virtual bool? SupportsAllDrives { get; set; }

        public override string MethodName => "create";

        public override string HttpMethod => "POST";

        public override string RestPath => "files";

        private File Body { get; }

        protected override object GetBody() => Body;

        protected sealed override void InitParameters()
        {
            base.InitParameters();
            RequestParameters.Add("supportsAllDrives", new Parameter { Name = "supportsAllDrives", IsRequired = false, ParameterType = "query" });
        }
    }

    /// <summary>Creates a file and sends its content piece by piece.</summary>
    public class CreateMediaUpload : ResumableUpload<File, File>
    {
        public CreateMediaUpload(IClientService service, File body, Stream stream, string contentType)
            : base(service, $"/upload/{service.BasePath}files", "POST", stream, contentType) => Body = body;

        [RequestParameter("fields", RequestParameterType.Query)]
        public virtual string? Fields { get; set; }

        [RequestParameter("supportsAllDrives", RequestParameterType.Query)]
        public virtual bool? SupportsAllDrives { get; set; }
    }

    /// <summary>Deletes a file for good.</summary>
    public class DeleteRequest : DriveBaseServiceRequest<string>
    {
        public DeleteRequest(IClientService service, string fileId)
            : base(service)
        {
            FileId = fileId;
            InitParameters();
        }

        [RequestParameter("fileId", RequestParameterType.Path)]
        public virtual string FileId { get; }

        [RequestParameter("supportsAllDrives", RequestParameterType.Query)]
        public virtual bool? SupportsAllDrives { get; set; }

        public override string MethodName => "delete";

        public override string HttpMethod => "DELETE";

        public override string RestPath => "files/{fileId}";

        protected sealed override void InitParameters()
        {
            base.InitParameters();
            RequestParameters.Add("fileId", new Parameter { Name = "fileId", IsRequired = true, ParameterType = "path" });
            RequestParameters.Add("supportsAllDrives", new Parameter { Name = "supportsAllDrives", IsRequired = false, ParameterType = "query" });
        }
    }

    /// <summary>Reads what is known of a file.</summary>
    public class GetRequest : DriveBaseServiceRequest<File>
    {
        public GetRequest(IClientService service, string fileId)
            : base(service)
        {
            FileId = fileId;
            InitParameters();
        }

        [RequestParameter("fileId", RequestParameterType.Path)]
        public virtual string FileId { get; }

        [RequestParameter("supportsAllDrives", RequestParameterType.Query)]
        public virtual bool? SupportsAllDrives { get; set; }

        public override string MethodName => "get";

        public override string HttpMethod => "GET";

        public override string RestPath => "files/{fileId}";

        protected sealed override void InitParameters()
        {
            base.InitParameters();
            RequestParameters.Add("fileId", new Parameter { Name = "fileId", IsRequired = true, ParameterType = "path" });
            RequestParameters.Add("supportsAllDrives", new Parameter { Name = "supportsAllDrives", IsRequired = false, ParameterType = "query" });
        }
    }

    /// <summary>Looks for files.</summary>
    public class ListRequest : DriveBaseServiceRequest<FileList>
    {
        public ListRequest(IClientService service)
            : base(service) => InitParameters();

        [RequestParameter("q", RequestParameterType.Query)]
        public virtual string? Q { get; set; }

        [RequestParameter("pageSize", RequestParameterType.Query)]
        public virtual int? PageSize { get; set; }

        [RequestParameter("pageToken", RequestParameterType.Query)]
        public virtual string? PageToken { get; set; }

        [RequestParameter("orderBy", RequestParameterType.Query)]
        public virtual string? OrderBy { get; set; }

        [RequestParameter("corpora", RequestParameterType.Query)]
        public virtual string? Corpora { get; set; }

        [RequestParameter("includeItemsFromAllDrives", RequestParameterType.Query)]
        public virtual bool? IncludeItemsFromAllDrives { get; set; }

        [RequestParameter("supportsAllDrives", RequestParameterType.Query)]
        public virtual bool? SupportsAllDrives { get; set; }

        public override string MethodName => "list";

        public override string HttpMethod => "GET";

        public override string RestPath => "files";

        protected sealed override void InitParameters()
        {
            base.InitParameters();
            foreach (var name in (string[])["q", "pageSize", "pageToken", "orderBy", "corpora", "includeItemsFromAllDrives", "supportsAllDrives"])
            {
                RequestParameters.Add(name, new Parameter { Name = name, IsRequired = false, ParameterType = "query" });
            }
        }
    }
}
