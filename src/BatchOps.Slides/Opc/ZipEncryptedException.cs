namespace BatchOps.Slides.Opc;

/// <summary>An archive's entries are encrypted.</summary>
internal sealed class ZipEncryptedException() : Exception("its entries are encrypted");
