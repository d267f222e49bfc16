using BatchOps.Engine;

namespace BatchOps.Distributed;

public sealed class BrokerOptionsTests
{
    [Theory]
    [InlineData("amqps://host", "/", 5671)]
    [InlineData("amqps://host:7000/", "/", 7000)]
    [InlineData("amqps://host/work", "work", 5671)]
    [InlineData("amqps://host/a%2Fb", "a/b", 5671)]
    [InlineData("amqp://localhost", "/", 5672)]
    [InlineData("amqp://127.0.0.1:9/x", "x", 9)]
    [InlineData("amqp://[::1]", "/", 5672)]
    public void Address_ThatWorks_GivesVirtualHostAndPort(string address, string virtualHost, int port)
    {
        var options = At(address);

        options.Validate();

        Assert.Equal(virtualHost, options.VirtualHost);
        Assert.Equal(port, options.Port);
    }

    [Theory]
    [InlineData("amqps://user:hidden@host/", "as a credential")]
    [InlineData("amqp://host/", "use amqps")]
    [InlineData("https://host/", "amqps://host:port")]
    [InlineData("amqps://host/a/b", "%2F")]
    [InlineData("amqps://host/?heartbeat=1", "leave them out")]
    [InlineData("relative", "amqps://host:port")]
    public void Validate_AddressThatCannotWork_SaysWhyAndWhatToDo(string address, string expected)
    {
        var error = Assert.Throws<BatchOptionsException>(At(address).Validate);

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SeveralFaults_NamesAll()
    {
        var options = At("amqp://host/") with { UserName = "", Heartbeat = TimeSpan.FromSeconds(1.5), ConnectTimeout = TimeSpan.Zero };

        Assert.Equal(4, Assert.Throws<BatchOptionsException>(options.Validate).Errors.Count);
    }

    [Fact]
    public void ToString_WithPassword_DoesNotShowIt() => Assert.Equal("user@amqps://host/", At("amqps://host/").ToString());

    private static BrokerOptions At(string address) => new() { Address = new Uri(address, UriKind.RelativeOrAbsolute), UserName = "user", Password = "hidden" };
}
