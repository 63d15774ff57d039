using System.Globalization;
using System.Net.Sockets;
using System.Text;
using CloudPacs.EndToEnd.Tests.Engines;
using CloudPacs.EndToEnd.Tests.Peers;
using Xunit;

namespace CloudPacs.EndToEnd.Tests;

/// <summary>Messages that are sent without waiting for answers: a merge comes after what was sent before it of either patient.</summary>
public sealed class FeedOrderTests(SharedEngine shared)
{
    private const int Rounds = 60;

    [Fact]
    public async Task A_merge_does_not_overtake_the_orders_of_the_prior_patient()
    {
        var engine = await shared.GetAsync();
        var frames = new StringBuilder();
        for (var n = 0; n < Rounds; n++)
        {
            foreach (var message in Round(n)) frames.Append('\v').Append(message).Append("\u001c\r");
        }

        var answers = await ExchangeAsync(engine.MllpPort, Encoding.UTF8.GetBytes(frames.ToString()), Rounds * 3);

        Assert.All(answers, static answer => Assert.Contains("MSA|AA|", answer, StringComparison.Ordinal));
        Assert.DoesNotContain(answers, static answer => answer.Contains("|204^", StringComparison.Ordinal));
        for (var n = 0; n < Rounds; n++)
        {
            var listed = await Findscu.QueryAsync(engine.DicomPort, $"00100020=FO-NEW{n}");
            Assert.Equal([$"FO{n}A", $"FO{n}B"], listed.Select(static entry => entry.Accession).Order());
        }
    }

    private static string[] Round(int n)
    {
        var number = n.ToString(CultureInfo.InvariantCulture);
        var prior = new OrderText($"FO{number}A", $"FO-OLD{number}", "FEED^ORDER");
        var survivor = new OrderText($"FO{number}B", $"FO-NEW{number}", "FEED^ORDER");
        return [prior.ToString(), survivor.Event("A40", $"MRG|FO-OLD{number}^^^MERCY^MR\r"), survivor.ToString()];
    }

    private static async Task<List<string>> ExchangeAsync(int port, byte[] frames, int count)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, cancel);
        var stream = client.GetStream();
        var sending = stream.WriteAsync(frames, cancel).AsTask();
        var text = new StringBuilder();
        var buffer = new byte[65536];
        while (text.ToString().Count(static c => c == '\u001c') < count)
        {
            var read = await stream.ReadAsync(buffer, cancel);
            Assert.True(read > 0, "The engine closed the connection.");
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        await sending;
        return [.. text.ToString().Split('\u001c').SkipLast(1)];
    }
}
