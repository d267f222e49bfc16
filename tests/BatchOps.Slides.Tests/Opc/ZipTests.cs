using System.IO.Compression;
using System.Text;
using BatchOps.Slides.Opc;

namespace BatchOps.Slides.Tests.Opc;

public sealed class ZipTests
{
    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void Crc_KnownValues(string text, uint crc) => Assert.Equal(crc, Crc32.Of(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Write_ReadByTheFramework_IsTheSame()
    {
        using var file = new MemoryStream();
        var writer = new ZipWriter(file);
        writer.Add("a.txt", ZipPayload.Deflate("hello hello hello hello"u8));
        writer.Add("ü/b.bin", ZipPayload.Store(new byte[] { 1, 2, 3 }));
        writer.Complete();

        using var archive = new ZipArchive(file);
        Assert.Equal(["a.txt", "ü/b.bin"], archive.Entries.Select(entry => entry.FullName));
        using var reader = new StreamReader(archive.Entries[0].Open());
        Assert.Equal("hello hello hello hello", reader.ReadToEnd());
        Assert.Equal(writer.Length, file.Length);
    }

    [Fact]
    public void Read_WrittenByTheFramework_IsTheSame()
    {
        var entries = ZipReader.Read(Archive(("a.xml", 50_000), ("folder/b.xml", 3)), new DeckLimits());

        Assert.Equal([("a.xml", 50_000), ("folder/b.xml", 3)], entries.Select(entry => (entry.Name, entry.Payload.Unpack().Length)));
    }

    [Fact]
    public void Read_EveryCutOfAnArchive_IsRefused()
    {
        var file = Archive(("a.xml", 200), ("b.xml", 300));

        for (var length = 0; length < file.Length; length++)
        {
            var cut = file[..length];
            Assert.Throws<InvalidDataException>(() => ZipReader.Read(cut, new DeckLimits()));
        }
    }

    [Fact]
    public void Read_AnyByteChanged_GivesAnErrorOrEntriesButNeverAnotherException()
    {
        var file = Archive(("a.xml", 200), ("b.xml", 300));
        for (var at = 0; at < file.Length; at++)
        {
            var changed = file.ToArray();
            changed[at] ^= 0xFF;
            try
            {
                foreach (var (_, payload) in ZipReader.Read(changed, new DeckLimits { UnpackedBytes = 1 << 20 }))
                {
                    payload.Unpack();
                }
            }
            catch (Exception failure) when (failure is InvalidDataException or ZipLimitException or ZipEncryptedException)
            {
            }
        }
    }

    [Fact]
    public void Read_MoreThanTheLimits_IsRefused()
    {
        var file = Archive(("a.xml", 10_000), ("b.xml", 10_000));

        Assert.Throws<ZipLimitException>(() => ZipReader.Read(file, new DeckLimits { Entries = 1 }));
        Assert.Throws<ZipLimitException>(() => ZipReader.Read(file, new DeckLimits { UnpackedBytes = 19_999 }));
    }

    [Fact]
    public void Unpack_EntryThatStatesTooLittle_StopsThere()
    {
        var payload = ZipPayload.Deflate(new byte[1 << 20]) with { Size = 1000 };

        Assert.Throws<InvalidDataException>(payload.Unpack);
        Assert.Throws<InvalidDataException>(payload.Verify);
    }

    [Fact]
    public void Read_SameNameTwice_IsRefused() =>
        Assert.Contains("twice", Assert.Throws<InvalidDataException>(() => ZipReader.Read(Archive(("a.xml", 1), ("A.xml", 1)), new DeckLimits())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("/ppt/slides/slide1.xml", "../media/image1.png", "/ppt/media/image1.png")]
    [InlineData("/ppt/slides/slide1.xml", "/ppt/media/image 1.png", "/ppt/media/image 1.png")]
    [InlineData("/", "ppt/presentation.xml", "/ppt/presentation.xml")]
    [InlineData("/ppt/slides/slide1.xml", "../../../../x.xml", "/x.xml")]
    [InlineData("/ppt/slides/slide1.xml", "#slide2", null)]
    public void Resolve_Targets(string source, string target, string? part) => Assert.Equal(part, PartName.Resolve(source, target));

    [Theory]
    [InlineData("/ppt/slides/slide1.xml", "/ppt/media/image1.png", "../media/image1.png")]
    [InlineData("/ppt/presentation.xml", "/ppt/slides/slide1.xml", "slides/slide1.xml")]
    [InlineData("/", "/ppt/presentation.xml", "ppt/presentation.xml")]
    public void Relative_LeadsBack(string source, string target, string relative)
    {
        Assert.Equal(relative, PartName.Relative(source, target));
        Assert.Equal(target, PartName.Resolve(source, relative));
    }

    private static byte[] Archive(params (string Name, int Length)[] entries)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, length) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Enumerable.Range(0, length).Select(i => (byte)(i % 7)).ToArray());
            }
        }

        return file.ToArray();
    }
}
