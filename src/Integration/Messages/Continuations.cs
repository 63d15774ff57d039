using CloudPacs.Hl7v2;
using CloudPacs.Store.Messages;

namespace CloudPacs.Integration.Messages;

/// <summary>
/// Finds the parts that came before the last part of a message (HL7 v2.5.1 2.10.2.2). They are read from the journal, so that a restart or
/// another node between two parts does no harm.
/// </summary>
internal sealed class Continuations(JournalQueries journal)
{
    /// <summary>How long a part waits for the next one.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    // A message of more parts than this is a loop of pointers, or meant to keep us busy.
    private const int MaxParts = 1000;

    /// <summary>The whole that a last part completes; null when a part before it is missing.</summary>
    public async Task<byte[]?> JoinAsync(InboundMessage last, CancellationToken cancellationToken)
    {
        var parts = new LinkedList<Message>([last.Message!]);
        var bytes = (long)last.Raw.Length;
        for (var pointer = last.Part!.Value.Continues; pointer.Length > 0; pointer = parts.First!.Value.ContinuationPointer.ToString())
        {
            var raw = await journal.FindPartAsync(
                pointer, last.Message!.SendingApplication, last.Message.SendingFacility, last.ReceivedAt - Window * parts.Count,
                cancellationToken);
            bytes += raw?.Length ?? 0;
            if (bytes > last.Listener.Settings.MaxFrameBytes || parts.Count == MaxParts || raw is null
                || !Message.TryParse(raw, last.Listener.ParseOptions, out var before, out _)) return null;
            parts.AddFirst(before);
        }

        return Continuation.Join([.. parts]);
    }
}
