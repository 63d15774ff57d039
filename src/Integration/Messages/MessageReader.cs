using System.Diagnostics.CodeAnalysis;
using System.Net;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping;
using CloudPacs.Mllp;
using CloudPacs.Settings;
using CloudPacs.Store;
using CloudPacs.Store.Messages;
using CloudPacs.Store.Workspaces;
using CloudPacs.Translation;
using CloudPacs.Worklist;

namespace CloudPacs.Integration.Messages;

/// <summary>
/// Turns received bytes into a message that is ready for the database: read, checked by its header, given to its sender's maps. Pure but
/// for the clock; runs on the connection's task, so that many connections map at the same time.
/// </summary>
internal sealed class MessageReader(
    MapCatalog maps, SenderDirectory senders, SiteClock clock, IdSource ids, Guid installation, Func<string, string> nextNumber)
{
    private const int HeadBytes = 4096;

    /// <summary>How many bytes of documents stand in the resource of their report.</summary>
    public int MaxDocumentsInRow { get; init; } = new DatabaseSettings().InlineDocumentBytes;

    public InboundMessage Read(ReadOnlyMemory<byte> raw, ListenerProfile listener, MessageOrigin origin) =>
        Read(raw, listener, origin, IsNumbered(listener, origin));

    /// <summary>Read and checked but not mapped: for a message whose mapping failed by a fault of the engine.</summary>
    public InboundMessage ReadUnmapped(ReadOnlyMemory<byte> raw, ListenerProfile listener, MessageOrigin origin) =>
        Receive(raw, listener, origin, IsNumbered(listener, origin));

    /// <summary>What is read in the place of the last part of a message; its sequence number was judged when it came.</summary>
    public InboundMessage ReadWhole(ReadOnlyMemory<byte> raw, InboundMessage last)
    {
        var whole = Read(raw, last.Listener, last.Origin, isNumbered: false);
        whole = whole with { Warnings = [.. whole.Warnings.Union(last.Warnings)] };
        return last.Sequence is not null && long.TryParse(last.Message!.SequenceNumber.Text, out var number)
            ? whole with { ExpectedSequenceNumber = number }
            : whole;
    }

    private InboundMessage Read(ReadOnlyMemory<byte> raw, ListenerProfile listener, MessageOrigin origin, bool isNumbered)
    {
        var received = Receive(raw, listener, origin, isNumbered);
        return received.Refusals.Count > 0 ? received : Map(received, received.Message!);
    }

    private InboundMessage Receive(ReadOnlyMemory<byte> raw, ListenerProfile listener, MessageOrigin origin, bool isNumbered)
    {
        var received = new InboundMessage { Id = ids.Next(), ReceivedAt = Now, Listener = listener, Origin = origin, Raw = raw };
        if (!TryParse(raw, listener, out var message, out var problem))
        {
            // What is too long to be read still has a header, by which its sender recognises the answer.
            Message.TryParse(raw[..Math.Min(raw.Length, HeadBytes)], listener.ParseOptions, out var head, out _);
            return received with { Message = head, Refusals = [problem ?? Unreadable], Lanes = [origin.RemoteAddress] };
        }

        received = received with
        {
            Message = message,
            Identity = IdentityOf(message),
            Lanes = [LaneOf(message)],
            // What was only noted, such as UTF-8 that nobody declared, was read as it is and needs no answer.
            Warnings = [.. origin.Tolerated, .. message.Warnings.Where(static warning => warning.Severity >= Severity.Warning)],
        };
        var refusals = MessageGate.Check(message, listener);
        if (!senders.IsAllowed(message, origin)) refusals.Add(NotAllowed);
        else if (isNumbered) received = Numbered(received, message);
        return received with { Refusals = refusals };
    }

    private InboundMessage Map(InboundMessage received, Message message)
    {
        var sender = maps.Current.Resolve(message, received.Listener.Name, received.Origin.CertificateSubject);
        var mapped = sender.Map(message, new MapContext(received.ReceivedAt, nextNumber));
        var policy = sender.PolicyFor(message);
        mapped.Problems.AddRange(MessageContext.FindProblems(message, policy));
        var context = new MessageContext(sender, received.Id, received.ReceivedAt, clock.Zone, received.Listener.Settings.Strict)
        {
            MaxDocumentsInRow = MaxDocumentsInRow,
        };
        var commands = new MessageCommands(MessageGate.Kind(message), mapped, policy, context.Of(message, policy));
        var keys = commands.Keys(installation);
        keys.Add(received.Keys);
        if (received.Identity is { } identity) keys.Messages.Add(identity);
        return received with
        {
            Sender = sender,
            Policy = policy,
            Mapped = mapped,
            Commands = commands,
            Keys = keys,
            Lanes = received.Sequence is null && commands.Commands?.Lanes is { Count: > 0 } named ? named : received.Lanes,
        };
    }

    public DateTimeOffset Now => clock.Clock.GetUtcNow();

    /// <summary>Bytes that did not become a frame: kept in the journal with the reason.</summary>
    public InboundMessage ReadFault(MllpFault fault, ListenerProfile listener, MessageOrigin origin)
    {
        var problem = new Problem(fault.Kind == MllpFaultKind.Oversize ? 207 : 199, Severity.Error, null, fault.Kind switch
        {
            MllpFaultKind.Oversize =>
                $"The message is larger than the {fault.LimitBytes} bytes that this listener takes (Mllp:MaxFrameBytes).",
            MllpFaultKind.NoStartBlock =>
                "The message came without a start block (0B) and was not taken: send it in a frame (Mllp:AllowUnframed takes it without).",
            _ => $"The frame did not end ({fault.Code}): send the message again.",
        });
        Message.TryParse(fault.Kept, listener.ParseOptions, out var message, out _);
        return new InboundMessage
        {
            Id = ids.Next(), ReceivedAt = Now, Listener = listener, Origin = origin, Raw = fault.Kept,
            Message = message?.SegmentCount > 0 ? message : null, Refusals = [problem], Lanes = [origin.RemoteAddress],
        };
    }

    private static bool IsNumbered(ListenerProfile listener, MessageOrigin origin) =>
        listener.Settings.SequenceNumbers && origin.ReplayOf is null;

    /// <summary>A link that numbers its messages is one lane: its messages must be looked at in the order that they came in.</summary>
    private static InboundMessage Numbered(InboundMessage received, Message message)
    {
        var link = new SequenceKey(received.Listener.Name, message.SendingApplication, message.SendingFacility);
        var keys = new WorkspaceKeys();
        keys.Sequences.Add(link);
        return received with { Sequence = link, Keys = keys, Lanes = [link.Id.ToString()] };
    }

    /// <summary>The identity under which a repetition is recognised; null without a control id (HL7 v2.5.1 2.15.9.10).</summary>
    private static MessageIdentity? IdentityOf(Message message)
    {
        if (message.ControlId.Length == 0) return null;
        // From MSH on, whatever stood before it, and without MSH-7: senders stamp a repetition anew.
        var time = message.Time;
        var start = message[0].Field(1).Start - "MSH".Length;
        return time.Length == 0
            ? MessageIdentity.Of(message.SendingApplication, message.SendingFacility, message.ControlId, message.Text[start..])
            : MessageIdentity.Of(
                message.SendingApplication, message.SendingFacility, message.ControlId, message.Text[start..time.Start],
                message.Text[(time.Start + time.Length)..]);
    }

    /// <summary>What has no lane of its own keeps the order in which its sender sent it.</summary>
    public static string LaneOf(Message message) => $"{message.SendingApplication}|{message.SendingFacility}";

    private static bool TryParse(
        ReadOnlyMemory<byte> raw, ListenerProfile listener, [NotNullWhen(true)] out Message? message, out Problem? problem)
    {
        if (!Message.TryParse(raw, listener.ParseOptions, out message, out problem)) return false;
        // A part keeps its cuts and pointers: it is joined with the others.
        var isWhole = !Continuation.HasAdditions(message) || MessagePart.Of(message) is not null;
        return isWhole || Message.TryParse(Continuation.Join([message]), listener.ParseOptions, out message, out problem);
    }

    private static readonly Problem Unreadable = new(
        199, Severity.Error, null, "The data is not an HL7 v2 message: it must begin with an MSH segment.");

    private static readonly Problem NotAllowed = new(207, Severity.Error, new ErrorLocation("MSH", 1, 3),
        "This sender may not connect from this address or with this certificate: the engine's operator must add it to Mllp:Senders.");
}

/// <summary>Where a message came from.</summary>
/// <param name="RemoteAddress">Address of the peer, for people; <c>replay</c> and the like for the engine's own.</param>
/// <param name="Address">The same as an address, or null.</param>
/// <param name="Certificate">Client certificate, or null.</param>
/// <param name="ReplayOf">Journal entry that is replayed, or null.</param>
internal sealed record MessageOrigin(
    string RemoteAddress, IPAddress? Address = null, MllpPeerCertificate? Certificate = null, Guid? ReplayOf = null)
{
    public string? CertificateSubject => Certificate?.Subject;

    /// <summary>What was wrong with the frame of the message, which was taken all the same.</summary>
    public IReadOnlyList<Problem> Tolerated { get; init; } = [];

    public static MessageOrigin Of(MllpConnection connection) =>
        new(connection.RemoteEndPoint.ToString(), connection.RemoteEndPoint.Address, connection.ClientCertificate);
}
