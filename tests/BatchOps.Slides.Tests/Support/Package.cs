using System.IO.Compression;

namespace BatchOps.Slides.Tests;

/// <summary>Changes packages behind the back of whoever wrote them.</summary>
internal static class Package
{
    /// <summary>A copy of a package with another text in one part.</summary>
    public static byte[] Edit(byte[] file, string part, Func<string, string> edit)
    {
        using var copy = new MemoryStream();
        copy.Write(file);
        using (var archive = new ZipArchive(copy, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = archive.GetEntry(part)!;
            string text;
            using (var reader = new StreamReader(entry.Open()))
            {
                text = reader.ReadToEnd();
            }

            using var writer = new StreamWriter(entry.Open());
            writer.BaseStream.SetLength(0);
            writer.Write(edit(text));
        }

        return copy.ToArray();
    }
}
