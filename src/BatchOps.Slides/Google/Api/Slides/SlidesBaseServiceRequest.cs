using Google.Apis.Discovery;
using Google.Apis.Requests;
using Google.Apis.Services;
using Google.Apis.Util;

namespace Google.Apis.Slides.v1;

/// <summary>What all calls of the service can be asked.</summary>
/// <typeparam name="TResponse">What a call answers.</typeparam>
internal abstract class SlidesBaseServiceRequest<TResponse>(IClientService service) : ClientServiceRequest<TResponse>(service)
{
    /// <summary>The fields of the answer that are wanted.</summary>
    [RequestParameter("fields", RequestParameterType.Query)]
    public virtual string? Fields { get; set; }

    protected override void InitParameters()
    {
        base.InitParameters();
        RequestParameters.Add("fields", new Parameter { Name = "fields", IsRequired = false, ParameterType = "query" });
    }
}
