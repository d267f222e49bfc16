using Google.Apis.Discovery;
using Google.Apis.Services;
using Google.Apis.Slides.v1.Data;
using Google.Apis.Util;

namespace Google.Apis.Slides.v1;

/// <summary>The methods of presentations.</summary>
internal class PresentationsResource(IClientService service)
{
    public virtual GetRequest Get(string presentationId) => new(service, presentationId);

    public virtual BatchUpdateRequest BatchUpdate(BatchUpdatePresentationRequest body, string presentationId) => new(service, body, presentationId);

    /// <summary>Reads a presentation.</summary>
    public class GetRequest : SlidesBaseServiceRequest<Presentation>
    {
        public GetRequest(IClientService service, string presentationId)
            : base(service)
        {
            PresentationId = presentationId;
            InitParameters();
        }

        [RequestParameter("presentationId", RequestParameterType.Path)]
        public virtual string PresentationId { get; }

        public override string MethodName => "get";

        public override string HttpMethod => "GET";

        public override string RestPath => "v1/presentations/{+presentationId}";

        protected sealed override void InitParameters()
        {
            base.InitParameters();
            RequestParameters.Add("presentationId", new Parameter { Name = "presentationId", IsRequired = true, ParameterType = "path" });
        }
    }

    /// <summary>Changes a presentation.</summary>
    public class BatchUpdateRequest : SlidesBaseServiceRequest<BatchUpdatePresentationResponse>
    {
        public BatchUpdateRequest(IClientService service, BatchUpdatePresentationRequest body, string presentationId)
            : base(service)
        {
            PresentationId = presentationId;
            Body = body;
            InitParameters();
        }

        [RequestParameter("presentationId", RequestParameterType.Path)]
        public virtual string PresentationId { get; }

        public override string MethodName => "batchUpdate";

        public override string HttpMethod => "POST";

        public override string RestPath => "v1/presentations/{presentationId}:batchUpdate";

        private BatchUpdatePresentationRequest Body { get; }

        protected override object GetBody() => Body;

        protected sealed override void InitParameters()
        {
            base.InitParameters();
            RequestParameters.Add("presentationId", new Parameter { Name = "presentationId", IsRequired = true, ParameterType = "path" });
        }
    }
}
