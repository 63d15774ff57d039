using System.Text.Json.Nodes;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Explaining;
using CloudPacs.Mapping.Fhir;
using CloudPacs.Mapping.Functions.DataTypes;
using CloudPacs.Mapping.Loading;
using CloudPacs.Mapping.Running;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping;

/// <summary>Everything that the maps say about one sender. Immutable; may be used by many threads at once.</summary>
public sealed class SenderMap
{
    private readonly SenderVariant _default;
    private readonly IReadOnlyList<SenderVariant> _variants;

    internal SenderMap(string name, IReadOnlyList<SenderMatch> match, SenderVariant standard, IReadOnlyList<SenderVariant> variants)
    {
        Name = name;
        Match = match;
        _default = standard;
        _variants = variants;
    }

    /// <summary>Name of the sender file.</summary>
    public string Name { get; }

    public SenderPolicy Policy => _default.Maps.Settings.Policy;

    /// <summary>Zone of times without offset.</summary>
    public TimeZoneInfo Zone => _default.Maps.Settings.Zone;

    /// <summary>Hash of the flat map: tables, variables, policies and rules; the same files give the same version on every node.</summary>
    public string Version => _default.Version;

    public MapSettings Settings => _default.Maps.Settings;

    /// <summary>What a message must have for this sender; none for the default.</summary>
    internal IReadOnlyList<SenderMatch> Match { get; }

    /// <summary>The maps for all message types, then those for single ones.</summary>
    internal IReadOnlyList<SenderVariant> Variants => [_default, .. _variants];

    /// <summary>The policy for a message of that type (a sender may differ by message type).</summary>
    public SenderPolicy PolicyFor(Message message) => VariantFor(message).Maps.Settings.Policy;

    /// <summary>First phase: worklist attributes and command values. Never throws on any content of the message.</summary>
    public MappedMessage Map(Message message, MapContext context)
    {
        var variant = VariantFor(message);
        return new MapRunner(variant.Maps, variant.Version, message, context.ReceivedAt, context.NextNumber, null).Run();
    }

    /// <summary>Second phase, after the domain has decided. The message of the scope must not have been loaded again.</summary>
    /// <param name="scope">The <c>Scope</c> of a mapped patient, procedure, step or appointment.</param>
    /// <exception cref="ArgumentException">The scope does not come from the first phase.</exception>
    public static RenderedFhir RenderFhir(object? scope, FhirState state) =>
        scope is ScopeHolder { Scope: { } known } ? FhirRenderer.Render(known, state, null) : throw new ArgumentException("The scope is not one of a mapped message.", nameof(scope));

    /// <summary>A number that no rule of the message writes, as FHIR Identifier by the tables of the sender.</summary>
    /// <param name="message">The message that the number became known with.</param>
    /// <param name="number">The number with its authority.</param>
    /// <param name="type">Its type of table 0203.</param>
    public JsonObject Identify(Message message, MappedIdentifier number, string type)
    {
        var settings = VariantFor(message).Maps.Settings;
        var context = new EvalContext(settings, message, new OrderGroups(), DateTimeOffset.UnixEpoch, new MapSink(static name => name), 0, null);
        return FhirIdentifiers.From(number, type, null, context);
    }

    /// <summary>The traced form of the same map: each value with the rule and the bytes that gave it.</summary>
    public MapExplanation Explain(Message message, MapContext context, FhirState? state = null) => Explainer.Explain(VariantFor(message), message, context, state ?? new FhirState());

    private SenderVariant VariantFor(Message message)
    {
        if (_variants.Count == 0) return _default;
        var header = message.Segment("MSH").Field(9);
        SenderVariant? byType = null;
        foreach (var variant in _variants)
        {
            if (!header.TextEquals(variant.Type)) continue;
            if (variant.EventText.Length == 0) byType = variant;
            else if (message.TriggerEvent == variant.EventText) return variant;
        }

        return byType ?? _default;
    }
}
