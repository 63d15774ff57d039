using CloudPacs.Integration.Settings;
using CloudPacs.Mllp;
using CloudPacs.Store.Deliveries;

namespace CloudPacs.Integration.Outbound;

/// <summary>HL7 messages over MLLP.</summary>
internal sealed class MllpLink(
    string name, DestinationSettings settings, MllpClientTls? tls, TimeProvider clock, ILogger<DeliveryLoop> logger) : IDeliveryLink
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

    public async Task<Attempt> SendAsync(DeliveryRow delivery, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _client.SendAsync(
                delivery.Payload, content => Verdict.IsAnswerTo(content, delivery.ControlId), cancellationToken);
            var reach = answer.Status == MllpAnswerStatus.NotConnected ? Reach.NotConnected
                : answer.IsAnswered ? Reach.Answered : Reach.Unanswered;
            return new Attempt(Verdict.Of(answer), reach, answer.Payload);
        }
        catch (ArgumentException e)
        {
            // It holds what would end its frame: no attempt will ever do better.
            return new Attempt(new Verdict(DeliveryState.Parked, Verdict.Plain(e.Message)), Reach.NotSendable);
        }
    }

    /// <summary>A connection of HL7 stays open.</summary>
    public ValueTask RestAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _client.DisposeAsync();
}
