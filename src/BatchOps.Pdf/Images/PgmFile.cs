namespace BatchOps.Pdf.Images;

/// <summary>A PGM file and what it shows.</summary>
internal sealed record PgmFile(ReadOnlyMemory<byte> Bytes, GrayRaster Raster);
