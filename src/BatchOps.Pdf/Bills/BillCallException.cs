using System.Net;

namespace BatchOps.Pdf.Bills;

/// <summary>A call that the model's service refused, or that got no answer. The message names the remedy and holds no key.</summary>
public sealed class BillCallException : HttpRequestException
{
    internal BillCallException(string message, HttpStatusCode? status, string? code, Exception? inner = null)
        : base(message, inner, status) => Code = code;

    /// <summary>The service's word for the cause, such as <c>rate_limit_exceeded</c> or <c>RESOURCE_EXHAUSTED</c>; null when there was none.</summary>
    public string? Code { get; }
}
