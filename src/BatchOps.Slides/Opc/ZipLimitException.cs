namespace BatchOps.Slides.Opc;

/// <summary>An archive holds more than the limits allow.</summary>
internal sealed class ZipLimitException(string message) : Exception(message);
