namespace BatchOps.Engine.Tests;

public sealed class KeyTextTests
{
    [Theory]
    [InlineData("s:3:abc", "abc")]
    [InlineData("s:7:s:3:abc", "s:3:abc")]
    [InlineData("Int32:-7", "-7")]
    [InlineData("Uri:https://example.test/a;b,c", "https://example.test/a;b,c")]
    [InlineData("DateTime:2026-01-02T03:04:05.0000000Z", "2026-01-02T03:04:05Z")]
    [InlineData("file:/home/a|b.txt|4221|639309809280144222", "/home/a|b.txt")]
    [InlineData("[Int32:1,s:3:a,b,]", "1, a,b")]
    [InlineData("{2:ID=Int32:5;4:NAME=s:3:a;b;}", "id=5, name=a;b")]
    [InlineData("{5:ITEMS=[{1:A=null;},];}", "items=a=null")]
    public void Key_MadeOfContent_ReadsAsItsContent(string key, string expected) => Assert.Equal(expected, KeyText.Of(key));

    [Theory]
    [InlineData("customer 17")]
    [InlineData("https://example.test/17")]
    [InlineData("s:99:short")]
    [InlineData("s:-1:x")]
    [InlineData("{2:ID=Int32:5")]
    [InlineData("{2:ID=Int32:5;} and more")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("file:")]
    [InlineData("file:|")]
    [InlineData("nullable")]
    [InlineData("[]")]
    public void Key_OfAnotherForm_StandsAsItIs(string key) => Assert.Equal(key, KeyText.Of(key));

    [Fact]
    public void Key_ThatIsHash_IsNotShown() => Assert.Null(KeyText.Of("sha256:00FF"));
}
