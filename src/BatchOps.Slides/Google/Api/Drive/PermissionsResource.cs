using Google.Apis.Discovery;
using Google.Apis.Drive.v3.Data;
using Google.Apis.Services;
using Google.Apis.Util;

namespace Google.Apis.Drive.v3;

/// <summary>The methods of permissions.</summary>
internal class PermissionsResource(IClientService service)
{
    public virtual CreateRequest Create(Permission body, string fileId) => new(service, body, fileId);

    /// <summary>Grants a permission.</summary>
    public class CreateRequest : DriveBaseServiceRequest<Permission>
    {
        public CreateRequest(IClientService service, Permission body, string fileId)
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

        [RequestParameter("sendNotificationEmail", RequestParameterType.Query)]
        public virtual bool? SendNotificationEmail { get; set; }

        public override string MethodName => "create";

        public override string HttpMethod => "POST";

        public override string RestPath => "files/{fileId}/permissions";

        private Permission Body { get; }

        protected override object GetBody() => Body;

        protected sealed override void InitParameters()
        {
            base.InitParameters();
            RequestParameters.Add("fileId", new Parameter { Name = "fileId", IsRequired = true, ParameterType = "path" });
            RequestParameters.Add("supportsAllDrives", new Parameter { Name = "supportsAllDrives", IsRequired = false, ParameterType = "query" });
            RequestParameters.Add("sendNotificationEmail", new Parameter { Name = "sendNotificationEmail", IsRequired = false, ParameterType = "query" });
        }
    }
}
