using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Loading;

namespace CloudPacs.Mapping;

/// <summary>All senders of one load. Immutable.</summary>
public sealed class MapSet
{
    internal MapSet(
        IReadOnlyList<SenderMap> senders, IReadOnlyList<DestinationMap> destinations, IReadOnlyList<MapDiagnostic> warnings)
    {
        Destinations = destinations;
        // Most entries first, so that the first that matches is the one.
        Senders = [.. senders.OrderByDescending(sender => sender.Match.Count)];
        Default = Senders.First(sender => sender.Name == MapSetLoader.DefaultSender);
        Warnings = warnings;
        Version = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
            System.Text.Encoding.UTF8.GetBytes(string.Join('\n',
                senders.Select(sender => sender.Name + sender.Version).Order(StringComparer.Ordinal)
                    .Concat(destinations.Select(static destination => ">" + destination.Name + destination.Version)
                        .Order(StringComparer.Ordinal))))).AsSpan(0, 8));
    }

    private MapSet(SenderMap only, MapSet set)
    {
        Senders = [only];
        Destinations = set.Destinations;
        Default = only;
        Warnings = set.Warnings;
        Version = set.Version;
    }

    public IReadOnlyList<SenderMap> Senders { get; }

    /// <summary>What messages to other systems are made of.</summary>
    public IReadOnlyList<DestinationMap> Destinations { get; }

    public DestinationMap? FindDestination(string name) => Destinations.FirstOrDefault(destination => destination.Name == name);

    /// <summary>The sender of messages that no other one matches.</summary>
    public SenderMap Default { get; }

    /// <summary>Findings that did not keep the set from being used.</summary>
    public IReadOnlyList<MapDiagnostic> Warnings { get; }

    /// <summary>Hash of all versions.</summary>
    public string Version { get; }

    /// <summary>The sender of a message: the one with most matching entries, else the default.</summary>
    /// <param name="listener">Name of the listener that the message came in by.</param>
    /// <param name="certificate">Subject of the client certificate, when there was one.</param>
    public SenderMap Resolve(Message message, string? listener = null, string? certificate = null)
    {
        foreach (var sender in Senders)
        {
            if (sender.Match.Count == 0) continue;
            var matches = true;
            foreach (var entry in sender.Match) matches &= entry.Matches(message, listener, certificate);
            if (matches) return sender;
        }

        return Default;
    }

    /// <summary>The set in which every message belongs to that sender, for tests and preview; null when there is no such sender.</summary>
    public MapSet? ForcedTo(string sender) => Find(sender) is { } only ? new MapSet(only, this) : null;

    public SenderMap? Find(string name) => Senders.FirstOrDefault(sender => sender.Name == name);
}
