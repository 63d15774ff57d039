using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Workspaces;
using CloudPacs.Translation;

namespace CloudPacs.Integration.Messages;

/// <summary>One received message on its way to the database: read, checked and mapped, not yet applied.</summary>
internal sealed record InboundMessage
{
    /// <summary>Journal id.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required ListenerProfile Listener { get; init; }

    public required MessageOrigin Origin { get; init; }

    /// <summary>The message as received, without its frame.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>Null when the bytes could not be read as HL7.</summary>
    public Message? Message { get; init; }

    /// <summary>Why the message is refused before anything is looked up; empty when it goes on, and then the next four are set.</summary>
    public IReadOnlyList<Problem> Refusals { get; init; } = [];

    /// <summary>
    /// What to tell the sender although the message is applied: what its frame and its bytes lacked, counts of the batch that do not fit,
    /// a part that never came.
    /// </summary>
    public IReadOnlyList<Problem> Warnings { get; init; } = [];

    /// <summary>Refused by a fault of the engine, so that it can be replayed.</summary>
    public bool IsParked { get; init; }

    /// <summary>Set when the message is a part of a longer one: it is kept, and applied with the whole.</summary>
    public MessagePart? Part { get; init; }

    public SenderMap? Sender { get; init; }

    public SenderPolicy? Policy { get; init; }

    public MappedMessage? Mapped { get; init; }

    /// <summary>What the message asks of the domain.</summary>
    public MessageCommands? Commands { get; init; }

    /// <summary>Null when the message cannot be recognised when it comes again (no control id, or not readable).</summary>
    public MessageIdentity? Identity { get; init; }

    /// <summary>The link whose sequence numbers are kept; null where they are not.</summary>
    public SequenceKey? Sequence { get; init; }

    /// <summary>MSA-4 of the answer.</summary>
    public long? ExpectedSequenceNumber { get; init; }

    /// <summary>What the batch must load and lock for this message.</summary>
    public WorkspaceKeys Keys { get; init; } = new();

    /// <summary>Messages with a common lane keep their order.</summary>
    public IReadOnlyList<string> Lanes { get; init; } = [""];

    /// <summary>What is needed besides <see cref="Keys"/>, now that their rows are there; null for nothing.</summary>
    public WorkspaceKeys? MoreKeys(Workspace loaded) => Refusals.Count > 0 ? null : Commands?.MoreKeys(loaded);

    /// <summary>The message as a part that waits for the others, in the order in which its sender sent them.</summary>
    public InboundMessage AsPart(MessagePart part)
    {
        var keys = new WorkspaceKeys();
        keys.Sequences.UnionWith(Keys.Sequences);
        return this with
        {
            Part = part,
            Mapped = null,
            Commands = null,
            Identity = null,
            Keys = keys,
            Lanes = Sequence is null ? [MessageReader.LaneOf(Message!)] : Lanes,
        };
    }

    /// <summary>
    /// A last part whose beginning never came. Some senders fill MSH-14 with anything: what is whole by itself is applied with a warning,
    /// on a strict listener refused.
    /// </summary>
    public InboundMessage WithoutEarlierParts()
    {
        var problem = new Problem(204, Listener.Settings.Strict ? Severity.Error : Severity.Warning, new ErrorLocation("MSH", 1, 14),
            "No part of the last 10 minutes goes on under this pointer: read as a whole.");
        return Listener.Settings.Strict ? this with { Refusals = [.. Refusals, problem] } : this with { Warnings = [.. Warnings, problem] };
    }

    /// <summary>
    /// The message as part of a batch whose trailer does not fit its content: applied with a warning, refused on a strict listener (HL7
    /// v2.5.1 2.10.3).
    /// </summary>
    public InboundMessage InBatch(IReadOnlyList<Problem> problems)
    {
        if (problems.Count == 0) return this;
        if (!Listener.Settings.Strict) return this with { Warnings = [.. Warnings, .. problems] };
        return this with
        {
            Refusals =
            [
                .. Refusals,
                .. problems.Select(
                    static problem =>
                        problem with { Severity = Severity.Error, Location = problem.Location ?? new ErrorLocation("BHS", 1) })
            ],
        };
    }
}
