using System.Net;
using System.Text;

namespace BatchOps.Slides.Tests.Images;

public sealed class ImageTests
{
    [Fact]
    public void Read_KindAndSize_ComeFromTheContent()
    {
        Assert.Equal((ImageFormat.Png, 30, 20, "image/png"), Look(Pictures.Png(30, 20)));
        Assert.Equal((ImageFormat.Jpeg, 640, 480, "image/jpeg"), Look(Pictures.Jpeg(640, 480)));
        Assert.Equal((ImageFormat.Gif, 300, 7, "image/gif"), Look(Pictures.Gif(300, 7)));

        static (ImageFormat, int, int, string) Look(byte[] bytes)
        {
            var image = ImageContent.Read(bytes, "x.bin", new ImageLimits());
            return (image.Format, image.Width, image.Height, image.ContentType);
        }
    }

    [Theory]
    [InlineData("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG")]
    [InlineData("<!DOCTYPE html><html>", "a web page")]
    [InlineData("%PDF-1.7", "a PDF")]
    [InlineData("", "empty")]
    [InlineData("BM......", "a BMP")]
    [InlineData("RIFF....WEBPVP8 ", "a WebP")]
    [InlineData("hello", "no picture")]
    public void Read_OtherKinds_AreNamed(string content, string kind)
    {
        var error = Assert.Throws<DeckException>(() => ImageContent.Read(Encoding.ASCII.GetBytes(content), "logo.png", new ImageLimits()));

        Assert.Equal(DeckFault.ImageNotSupported, error.Fault);
        Assert.Contains("'logo.png' is " + kind, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CutShort_SaysSo() =>
        Assert.Contains("cut short", Assert.Throws<DeckException>(() => ImageContent.Read(Pictures.Png(5, 5)[..12], "a.png", new ImageLimits())).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_AboveTheLimits_IsRefused()
    {
        Assert.Equal(DeckFault.ImageTooLarge, Assert.Throws<DeckException>(() => ImageContent.Read(Pictures.Png(5, 5), "a", new ImageLimits { Bytes = 10 })).Fault);
        Assert.Equal(DeckFault.ImageTooLarge, Assert.Throws<DeckException>(() => ImageContent.Read(Pictures.Png(5, 5), "a", new ImageLimits { Pixels = 24 })).Fault);
    }

    [Fact]
    public async Task Get_SameFileTwice_IsReadOnce()
    {
        using var folder = new TempFolder();
        folder.Write("a.png", Pictures.Png(2, 2));
        using var store = new ImageStore(folder.Name);

        var first = await store.GetAsync("a.png", TestContext.Current.CancellationToken);
        File.Delete(folder.File("a.png"));

        Assert.Same(first, await store.GetAsync(folder.File("a.png"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Get_MissingFile_IsTriedAgain()
    {
        using var folder = new TempFolder();
        using var store = new ImageStore(folder.Name);
        var error = await Assert.ThrowsAsync<DeckException>(() => store.GetAsync("a.png", TestContext.Current.CancellationToken));
        Assert.Equal(DeckFault.ImageNotFound, error.Fault);
        Assert.Contains(folder.File("a.png"), error.Message, StringComparison.Ordinal);

        folder.Write("a.png", Pictures.Png(2, 3));

        Assert.Equal(3, (await store.GetAsync("a.png", TestContext.Current.CancellationToken)).Height);
    }

    [Fact]
    public async Task Get_FileAboveTheLimit_IsNotRead()
    {
        using var folder = new TempFolder();
        folder.Write("a.png", new byte[2000]);
        using var store = new ImageStore(folder.Name, new ImageLimits { Bytes = 1000 });

        Assert.Equal(DeckFault.ImageTooLarge, (await Assert.ThrowsAsync<DeckException>(() => store.GetAsync("a.png", TestContext.Current.CancellationToken))).Fault);
    }

    [Fact]
    public async Task Get_AddressAskedForByMany_IsFetchedOnce()
    {
        var handler = new Handler(_ => new HttpResponseMessage { Content = new ByteArrayContent(Pictures.Png(4, 4)) });
        using var store = new ImageStore(handler: handler);

        var images = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.GetAsync("https://example.org/a.png?token=secret", TestContext.Current.CancellationToken)));

        Assert.Equal((1, 1), (handler.Calls, images.Distinct().Count()));
    }

    [Fact]
    public async Task Get_AddressThatFails_SaysTheStatusButNotTheQuery()
    {
        using var store = new ImageStore(handler: new Handler(_ => new HttpResponseMessage(HttpStatusCode.NotFound)));

        var error = await Assert.ThrowsAsync<DeckException>(() => store.GetAsync("https://example.org/a.png?token=secret", TestContext.Current.CancellationToken));

        Assert.Contains("404", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_BodyLongerThanTheLimit_StopsReading()
    {
        using var store = new ImageStore(limits: new ImageLimits { Bytes = 1000 }, handler: new Handler(_ => new HttpResponseMessage { Content = new StreamContent(new Endless()) }));

        Assert.Equal(DeckFault.ImageTooLarge, (await Assert.ThrowsAsync<DeckException>(() => store.GetAsync("http://example.org/a", TestContext.Current.CancellationToken))).Fault);
    }

    private sealed class Handler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        private int _calls;

        public int Calls => _calls;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            return Task.FromResult(answer(request));
        }
    }

    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
