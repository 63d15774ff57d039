using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.EndToEnd.Tests.Peers;

/// <summary>A hospital information system: sends messages to an MLLP port and waits for their answers.</summary>
internal sealed class HisSender(int port) : IAsyncDisposable
{
    private readonly MllpClient _client = new(new MllpClientOptions { Host = "127.0.0.1", Port = port, MaxAttempts = 1, AnswerTimeout = TimeSpan.FromSeconds(60) }, TimeProvider.System);

    /// <summary>Sends and gives MSA-1 of the answer, with the error when there is one.</summary>
    public Task<string> SendAsync(string message) => SendBytesAsync(Encoding.UTF8.GetBytes(message));

    /// <inheritdoc cref="SendAsync"/>
    public async Task<string> SendBytesAsync(byte[] message)
    {
        var answer = await _client.SendAsync(message, static _ => true, TestContext.Current.CancellationToken);
        Assert.True(answer.IsAnswered, $"{answer.Status}: {answer.Problem}");
        Assert.True(Message.TryParse(answer.Payload, ParseOptions.Default, out var ack, out _));
        var code = ack.Segment("MSA").Field(1).Text ?? "";
        return code is "AA" ? code : $"{code} {Encoding.UTF8.GetString(answer.Payload.Span)}";
    }

    /// <summary>Sends messages that must be accepted.</summary>
    public async Task PlaceAsync(params object[] messages)
    {
        foreach (var message in messages) Assert.Equal("AA", await SendAsync(message.ToString()!));
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
