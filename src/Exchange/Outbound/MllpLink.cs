using CloudPacs.Mllp;
using CloudPacs.Settings;
using CloudPacs.Store.Deliveries;
using Microsoft.Extensions.Logging;

namespace CloudPacs.Exchange.Outbound;

/// <summary>HL7 messages over MLLP.</summary>
internal sealed class MllpLink(
    string name, DestinationSettings settings, MllpClientTls? tls, TimeProvider clock, ILogger logger) : IDeliveryLink
{
    private readonly MllpClient _client = new(
        new MllpClientOptions
        {
            Host = settings.Host,
            Port = settings.Port,
            Tls = tls,
            ConnectTimeout = settings.ConnectTimeout,
            AnswerTimeout = settings.AnswerTimeout,
            MaxAttempts = 1,
            FirstBackoff = TimeSpan.Zero,
            LongestBackoff = TimeSpan.Zero,
            OnUnexpected = content => Log.AnswerUnexpected(logger, name, content.Length),
        },
        clock);

    public bool IsOpen => _client.IsConnected;

    public async Task<Attempt> SendAsync(DeliveryRow delivery, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _client.SendAsync(
                delivery.Payload, content => MllpVerdict.IsAnswerTo(content, delivery.ControlId), cancellationToken);
            var reach = answer.Status switch
            {
                MllpAnswerStatus.NotConnected => Reach.NotConnected,
                MllpAnswerStatus.ConnectionLost => Reach.Ended,
                _ => answer.IsAnswered ? Reach.Answered : Reach.Unanswered,
            };
            return new Attempt(MllpVerdict.Of(answer), reach, answer.Payload);
        }
        catch (ArgumentException e)
        {
            // It holds what would end its frame: no attempt will ever do better.
            return new Attempt(new Verdict(DeliveryState.Parked, Verdict.Plain(e.Message)), Reach.NotSendable);
        }
    }

    /// <summary>A connection of HL7 stays open.</summary>
    public Task RestAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
