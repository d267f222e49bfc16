using BatchOps.Engine;

namespace BatchOps.Distributed;

public sealed class MessageSignerTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    [Fact]
    public void Verify_OwnSignature_IsAccepted()
    {
        var signature = new MessageSigner(Key).Sign("work", "body"u8);

        Assert.Equal(32, signature.Length);
        Assert.True(new MessageSigner(Key).Verify("work", "body"u8, signature));
    }

    [Fact]
    public void Verify_AnyBitChanged_IsRefused()
    {
        var signer = new MessageSigner(Key);
        var body = "body"u8.ToArray();
        var signature = signer.Sign("work", body);
        foreach (var bytes in (byte[][])[body, signature])
        {
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(signer.Verify("work", body, signature));
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }

        Assert.True(signer.Verify("work", body, signature));
    }

    [Fact]
    public void Verify_ShortOrNoSignature_IsRefused()
    {
        var signer = new MessageSigner(Key);
        var signature = signer.Sign("work", "body"u8);

        Assert.False(signer.Verify("work", "body"u8, []));
        Assert.False(signer.Verify("work", "body"u8, signature.AsSpan(0, 31)));
        Assert.False(signer.Verify("work", "body"u8, [.. signature, 0]));
    }

    [Fact]
    public void Verify_SignedAsAnotherKindOrWithAnotherKey_IsRefused()
    {
        string[] kinds = [WorkMessage.Kind, StartMessage.Kind, ResultMessage.Kind, StopMessage.Kind, RateGrantMessage.Kind];
        var signer = new MessageSigner(Key);
        foreach (var kind in kinds)
        {
            var signature = signer.Sign(kind, "body"u8);
            Assert.All(kinds, other => Assert.Equal(kind == other, signer.Verify(other, "body"u8, signature)));
            Assert.False(new MessageSigner(Key.Replace('0', '1')).Verify(kind, "body"u8, signature));
        }
    }

    [Fact]
    public void Constructor_ShortKey_IsRefusedWithoutShowingIt()
    {
        var error = Assert.Throws<BatchOptionsException>(() => new MessageSigner(Key[1..]));

        Assert.Contains("31 bytes", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key[1..], error.Message, StringComparison.Ordinal);
    }

    // Computed with Python's hmac and hashlib from RFC 5869.
    [Theory]
    [InlineData("work", "14E32145B83219ACEC4AB2B262C78A4D6E1A11F701780B3A3BB495D66C2CA9CD")]
    [InlineData("result", "D0D1233D697F8EC253B8F58A185C1265462F07F954062539A20873B064D74045")]
    public void Sign_KnownKey_GivesWhatOtherImplementationsGive(string kind, string expected) =>
        Assert.Equal(expected, Convert.ToHexString(new MessageSigner(Key).Sign(kind, "body"u8)));
}
