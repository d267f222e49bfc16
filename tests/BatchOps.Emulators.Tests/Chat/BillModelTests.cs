using System.Net;
using System.Text.Json;
using BatchOps.Emulators.Chat;

namespace BatchOps.Emulators.Tests.Chat;

public sealed class BillModelTests
{
    private const string Page = "<page>\nPHARMACY BILL\nBill No: P 9\nCurrency: INR\nItem | Quantity | Rate | Amount\nTablets | 2 | 5.00 | 10.00\nSub-total | | | 10.00\nCGST 9 | | | 0.90\nTotal | | | 10.90\nAdvance | | | 4.00\nBalance due | | | 6.90\n</page>";
    private const string Strict = """{"type":"object","properties":{"page_type":{"type":"string"}},"required":["page_type"],"additionalProperties":false}""";
    private const string Open = """{"type":"object","properties":{"page_type":{"type":"string"}}}""";

    [Fact]
    public async Task Bill_Text_IsReadByItsLayout()
    {
        await using var server = await ChatEmulator.StartAsync();
        using var client = new ChatClient(server);

        var page = JsonElement.Parse((await client.AskAsync(Page, "bill", Format(Strict))).Content);

        Assert.Equal(("pharmacy", "P 9", "INR"), (Text(page, "page_type"), Text(page, "bill_number"), Text(page, "currency")));
        Assert.Equal(
            ["item Tablets 2 5.00 10.00", "subtotal Sub-total   10.00", "tax CGST 9   0.90"],
            page.GetProperty("rows").EnumerateArray().Select(row => $"{Text(row, "row_kind")} {Text(row, "item_name")} {Text(row, "item_quantity")} {Text(row, "item_rate")} {Text(row, "item_amount")}"));
        Assert.Equal(
            ["total 10.90", "payment 4.00", "balance 6.90"],
            page.GetProperty("printed_totals").EnumerateArray().Select(total => $"{Text(total, "kind")} {Text(total, "amount")}"));
    }

    [Fact]
    public async Task Bill_SchemaThatIsNotClosed_WhatIsMissingIsLeftOut()
    {
        await using var server = await ChatEmulator.StartAsync(new ChatEmulatorOptions { Dialect = ChatDialect.Gemini });
        using var client = new ChatClient(server);

        var page = JsonElement.Parse((await client.AskAsync("<page>\nGift | | | 10.00\n</page>", "bill", Format(Open, strict: false))).Content);

        Assert.False(page.TryGetProperty("bill_number", out _));
        Assert.False(page.GetProperty("rows")[0].TryGetProperty("item_rate", out _));
    }

    [Fact]
    public async Task Bill_NeitherTextNorPicture_IsAnEmptyPage()
    {
        await using var server = await ChatEmulator.StartAsync();
        using var client = new ChatClient(server);

        var page = JsonElement.Parse((await client.AskAsync("Read it.", "bill", Format(Strict))).Content);

        Assert.Equal("other", Text(page, "page_type"));
        Assert.Equal(0, page.GetProperty("rows").GetArrayLength());
    }

    [Theory]
    [InlineData(ChatDialect.OpenAI, true, """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}""", "'additionalProperties' is required")]
    [InlineData(ChatDialect.OpenAI, true, """{"type":"object","properties":{"a":{"type":"string"}},"required":[],"additionalProperties":false}""", "'a' is missing")]
    [InlineData(ChatDialect.OpenAI, true, """{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{}}}},"required":["a"],"additionalProperties":false}""", "().a[]")]
    [InlineData(ChatDialect.OpenAI, true, """{"type":"array"}""", "the root must be of type 'object'")]
    [InlineData(ChatDialect.OpenAI, false, Open, null)]
    [InlineData(ChatDialect.OpenAI, true, Strict, null)]
    [InlineData(ChatDialect.Gemini, true, Strict, "Unknown name \"additionalProperties\"")]
    [InlineData(ChatDialect.Gemini, false, """{"type":"object","properties":{"a":{"$ref":"#"}}}""", "Unknown name \"$ref\"")]
    [InlineData(ChatDialect.Gemini, false, """{"type":"object","properties":{"a":{"type":["string","null"]}}}""", "schema.a.type")]
    [InlineData(ChatDialect.Gemini, false, Open, null)]
    public async Task Schema_WhatTheServiceRefuses_Is400(ChatDialect dialect, bool strict, string schema, string? problem)
    {
        await using var server = await ChatEmulator.StartAsync(new ChatEmulatorOptions { Dialect = dialect });
        using var client = new ChatClient(server);

        var reply = await client.AskAsync(Page, "bill", Format(schema, strict));

        Assert.Equal(problem is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest, reply.Status);
        if (problem is not null)
        {
            var error = dialect == ChatDialect.Gemini ? reply.Json[0].GetProperty("error") : reply.Json.GetProperty("error");
            Assert.Contains(problem, Text(error, "message"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Gemini_TooMany_IsAnArrayThatSaysWhenToComeBack()
    {
        await using var server = await ChatEmulator.StartAsync(new ChatEmulatorOptions { Dialect = ChatDialect.Gemini, ThrottleRate = 1, ThrottleWait = TimeSpan.FromSeconds(2.5) });
        using var client = new ChatClient(server);

        var reply = await client.PostAsync(ChatClient.Body("hello"), "v1beta/openai/chat/completions");

        var error = reply.Json[0].GetProperty("error");
        Assert.Equal(HttpStatusCode.TooManyRequests, reply.Status);
        Assert.Equal("RESOURCE_EXHAUSTED", Text(error, "status"));
        Assert.Equal("2.5s", Text(error.GetProperty("details")[0], "retryDelay"));
    }

    [Fact]
    public async Task Endless_ClientThatSetsALimit_GetsAsMuchAndIsBilledForIt()
    {
        await using var server = await ChatEmulator.StartAsync(new ChatEmulatorOptions { EndlessRate = 1 });
        using var client = new ChatClient(server);

        var reply = await client.AskAsync("over and ", more: ",\"max_completion_tokens\":50");

        Assert.Equal("length", reply.FinishReason);
        Assert.Equal(200, reply.Content.Length);
        Assert.StartsWith("over and over and over and ", reply.Content, StringComparison.Ordinal);
        Assert.Equal(50, reply.Usage("completion_tokens"));
    }

    [Fact]
    public async Task Endless_ClientWithoutALimit_WaitsUntilItGoes()
    {
        await using var server = await ChatEmulator.StartAsync(new ChatEmulatorOptions { EndlessRate = 1 });
        using var client = new HttpClient { BaseAddress = server.BaseAddress };
        using var content = new StringContent(ChatClient.Body("hello"));
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var call = client.PostAsync("v1/chat/completions", content, leave.Token);
        Assert.True(SpinWait.SpinUntil(() => server.Stats.Running == 1, TimeSpan.FromSeconds(30)));
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(SpinWait.SpinUntil(() => server.Stats.Abandoned == 1, TimeSpan.FromSeconds(30)));
    }

    private static string Format(string schema, bool strict = true) =>
        $$$""","response_format":{"type":"json_schema","json_schema":{"name":"page","strict":{{{(strict ? "true" : "false")}}},"schema":{{{schema}}}}}""";

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
