using System.Net.Http.Headers;
using System.Text;
using Google.Apis.Discovery;
using Google.Apis.Drive.v3;
using Google.Apis.Util;
using File = Google.Apis.Drive.v3.Data.File;

namespace BatchOps.Slides.Google;

/// <summary>Creates a file with its content in one call. The client library knows only uploads that take two or more.</summary>
internal sealed class MultipartUpload : DriveBaseServiceRequest<File>
{
    /// <summary>The largest content that is sent so: Drive takes 5 MB, what is known of the file and the boundaries included.</summary>
    public const int LargestContent = (5 << 20) - (16 << 10);

    public MultipartUpload(DriveService service, File body, ReadOnlyMemory<byte> content, string contentType)
        : base(service)
    {
        ModifyRequest = message =>
        {
            var media = new ReadOnlyMemoryContent(content);
            media.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            message.Content = new MultipartContent("related") { new StringContent(service.SerializeObject(body), Encoding.UTF8, "application/json"), media };
        };
        InitParameters();
    }

    [RequestParameter("uploadType", RequestParameterType.Query)]
    public string UploadType => "multipart";

    [RequestParameter("supportsAllDrives", RequestParameterType.Query)]
    public bool? SupportsAllDrives { get; set; }

    public override string MethodName => "create";

    public override string HttpMethod => "POST";

    // From the host's root on: uploads have a path of their own beside the service's.
    public override string RestPath => "/upload/drive/v3/files";

    protected override void InitParameters()
    {
        base.InitParameters();
        foreach (var name in (string[])["uploadType", "supportsAllDrives"])
        {
            RequestParameters.Add(name, new Parameter { Name = name, IsRequired = false, ParameterType = "query" });
        }
    }
}
