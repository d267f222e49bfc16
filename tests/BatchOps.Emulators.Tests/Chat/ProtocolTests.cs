using System.Net;
using BatchOps.Emulators.Chat;

namespace BatchOps.Emulators.Tests.Chat;

public sealed class ProtocolTests
{
    [Fact]
    public async Task Complete_PlainPrompt_AnswersWithUsage()
    {
        await using var server = await ChatEmulator.StartAsync();
        using var client = new ChatClient(server);

        var reply = await client.AskAsync("twelve chars");

        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal("twelve chars", reply.Content);
        Assert.Equal("stop", reply.FinishReason);
        Assert.Equal("chat.completion", reply.Json.GetProperty("object").GetString());
        Assert.Equal("echo", reply.Json.GetProperty("model").GetString());
        Assert.Equal((3, 3, 6), (reply.Usage("prompt_tokens"), reply.Usage("completion_tokens"), reply.Usage("total_tokens")));
        Assert.NotNull(reply.Header("x-request-id"));
    }

    [Fact]
    public async Task Complete_PartsWithImage_TextsAreJoinedAndImageIsBilled()
    {
        await using var server = await ChatEmulator.StartAsync();
        using var client = new ChatClient(server);

        var reply = await client.PostAsync("""
            {"model":"echo","messages":[{"role":"system","content":"four"},{"role":"user","content":[
              {"type":"text","text":"one"},{"type":"image_url","image_url":{"url":"data:,"}},{"type":"text","text":"two"}]}]}
            """);

        Assert.Equal("one\ntwo", reply.Content);
        Assert.Equal(1 + 2 + 85, reply.Usage("prompt_tokens"));
    }

    [Theory]
    [InlineData("max_tokens")]
    [InlineData("max_completion_tokens")]
    public async Task Complete_MoreThanMaxTokens_IsCutThere(string field)
    {
        await using var server = await ChatEmulator.StartAsync();
        using var client = new ChatClient(server);

        var reply = await client.AskAsync("twelve chars", more: $",\"{field}\":2");

        Assert.Equal("twelve c", reply.Content);
        Assert.Equal("length", reply.FinishReason);
        Assert.Equal(2, reply.Usage("completion_tokens"));
    }

    [Theory]
    [InlineData("""{"type":"json_object"}""")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"card","schema":{}}}""")]
    public async Task Complete_JsonFormat_ContentIsJson(string format)
    {
        await using var server = await ChatEmulator.StartAsync();
        using var client = new ChatClient(server);

        var reply = await client.AskAsync("""Translate "naïve" and answer in JSON.""", "translate", $",\"response_format\":{format}");

        Assert.Equal("""{"word":"naïve","translation":"evïan"}""", reply.Content);
    }

    [Theory]
    [InlineData("no json", "not JSON", null)]
    [InlineData("[]", "not a JSON object", null)]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "'model' is missing", null)]
    [InlineData("""{"model":"echo"}""", "'messages' is missing", null)]
    [InlineData("""{"model":"echo","messages":[]}""", "'messages' is missing", null)]
    [InlineData("""{"model":"echo","messages":[{"content":"x"}]}""", "no role", null)]
    [InlineData("""{"model":"echo","messages":"x"}""", "wrong type", null)]
    [InlineData("""{"model":7,"messages":[]}""", "wrong type", null)]
    [InlineData("""{"model":"echo","max_tokens":0,"messages":[{"role":"user","content":"x"}]}""", "1 or more", null)]
    [InlineData("""{"model":"echo","stream":true,"messages":[{"role":"user","content":"x"}]}""", "does not stream", null)]
    [InlineData("""{"model":"echo","n":2,"messages":[{"role":"user","content":"x"}]}""", "one choice", null)]
    [InlineData("""{"model":"echo","response_format":{"type":"xml"},"messages":[{"role":"user","content":"x"}]}""", "'xml'", null)]
    [InlineData("""{"model":"echo","response_format":{"type":"json_object"},"messages":[{"role":"user","content":"x"}]}""", "the word 'json'", null)]
    [InlineData("""{"model":"gpt","messages":[{"role":"user","content":"x"}]}""", "'gpt'", "model_not_found")]
    public async Task Complete_BadRequest_IsRefusedWithAnErrorBody(string body, string says, string? code)
    {
        await using var server = await ChatEmulator.StartAsync();
        using var client = new ChatClient(server);

        var reply = await client.PostAsync(body);

        Assert.Equal(code is null ? HttpStatusCode.BadRequest : HttpStatusCode.NotFound, reply.Status);
        Assert.Contains(says, reply.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal("invalid_request_error", reply.ErrorType);
        Assert.Equal(code, reply.ErrorCode);
        Assert.Equal(1, server.Stats.Refused4xx);
    }

    [Fact]
    public async Task Models_Listed_AreThoseThatAnswer()
    {
        await using var server = await ChatEmulator.StartAsync();
        using var client = new ChatClient(server);

        var list = await client.GetAsync("v1/models");

        Assert.Equal("list", list.Json.GetProperty("object").GetString());
        foreach (var model in list.Json.GetProperty("data").EnumerateArray())
        {
            Assert.Equal(HttpStatusCode.OK, (await client.AskAsync("a word", model.GetProperty("id").GetString()!)).Status);
        }

        Assert.Equal(ChatModels.BuiltIn.Count, server.Stats.Ok);
    }

    [Theory]
    [InlineData("v1/chat/completions")]
    [InlineData("v1/files/a.txt")]
    public async Task Get_UnknownPath_Is404(string path)
    {
        await using var server = await ChatEmulator.StartAsync();
        using var client = new ChatClient(server);

        var reply = await client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
        Assert.Equal("unknown_url", reply.ErrorCode);
        Assert.Equal(0, server.Stats.Requests);
    }

    [Fact]
    public async Task Complete_WithApiKey_OnlyTheRightOnePasses()
    {
        await using var server = await ChatEmulator.StartAsync(new ChatEmulatorOptions { ApiKey = "open-sesame" });
        using var client = new ChatClient(server);

        var without = await client.AskAsync("x");
        client.Headers.Authorization = new("Bearer", "open-simsim");
        var wrong = await client.AskAsync("x");
        client.Headers.Authorization = new("Bearer", "open-sesame");
        var right = await client.AskAsync("x");

        Assert.Equal((HttpStatusCode.Unauthorized, null), (without.Status, without.ErrorCode));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), (wrong.Status, wrong.ErrorCode));
        Assert.DoesNotContain("simsim", wrong.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, right.Status);
        client.Headers.Authorization = null;
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("v1/models")).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("stats")).Status);
    }

    [Fact]
    public async Task Complete_OwnModel_AnswersWhatItReturnsAnd500ForWhatItThrows()
    {
        await using var server = await ChatEmulator.StartAsync(new ChatEmulatorOptions
        {
            Models = new Dictionary<string, Func<ChatRequest, string>>
            {
                ["count"] = static request => $"{request.Messages.Count}",
                ["broken"] = static _ => throw new InvalidOperationException("no more paper"),
            },
        });
        using var client = new ChatClient(server);

        Assert.Equal("1", (await client.AskAsync("x", "count")).Content);
        var failed = await client.AskAsync("x", "broken");
        Assert.Equal((HttpStatusCode.InternalServerError, "server_error"), (failed.Status, failed.ErrorType));
        Assert.Contains("no more paper", failed.ErrorMessage, StringComparison.Ordinal);
    }
}
