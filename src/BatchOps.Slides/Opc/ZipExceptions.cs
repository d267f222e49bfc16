namespace BatchOps.Slides.Opc;

/// <summary>An archive holds more than the limits allow.</summary>
internal sealed class ZipLimitException(string message) : Exception(message);

/// <summary>An archive's entries are encrypted.</summary>
internal sealed class ZipEncryptedException() : Exception("its entries are encrypted");
