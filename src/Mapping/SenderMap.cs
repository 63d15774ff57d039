using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Explaining;
using CloudPacs.Mapping.Fhir;
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
        var found = new List<Problem>();
        message = FieldReview.Read(message, variant.Maps, found);
        var deletions = Deletions.Of(message, variant.Maps.Reads);
        var maps = deletions is null ? variant.Maps : variant.Traced;
        return new MapRunner(maps, variant.Version, message, found, context.ReceivedAt, context.NextNumber, deletions).Run();
    }

    /// <summary>
    /// Second phase, after the domain has decided: all resources that the rules of the scope make. The message of the scope must not have
    /// been loaded again.
    /// </summary>
    /// <param name="scope">The <c>Scope</c> of a mapped patient, procedure, step or appointment.</param>
    /// <param name="state">What the domain has decided.</param>
    /// <exception cref="ArgumentException">The scope does not come from the first phase.</exception>
    public static RenderedFhir RenderFhir(object? scope, FhirState state) => FhirRenderer.RenderAll(Known(scope), state);

    /// <summary>Second phase for one resource, into its patch.</summary>
    /// <param name="scope">The <c>Scope</c> of a mapped patient, procedure, step or appointment.</param>
    /// <param name="state">What the domain has decided.</param>
    /// <param name="patch">Takes what is new.</param>
    /// <param name="takesOut">Whether the fields of outgoing messages are wanted too, which belong to the scope and not to the
    /// resource.</param>
    /// <exception cref="ArgumentException">The scope does not come from the first phase.</exception>
    public static RenderedFhir RenderFhir(object? scope, FhirState state, FhirPatch patch, bool takesOut) =>
        FhirRenderer.Render(Known(scope), state, patch, takesOut);

    /// <summary>Writes numbers that become known with a message as FHIR Identifiers.</summary>
    public IdentifierWriter IdentifiersFor(Message message) => new(VariantFor(message).Maps.Settings);

    /// <summary>Writes numbers that became known without a message.</summary>
    public IdentifierWriter Identifiers => new(Settings);

    /// <summary>Reads FHIR data types by the same tables.</summary>
    public FhirValues Values => new(Settings);

    /// <summary>The traced form of the same map: each value with the rule and the bytes that gave it.</summary>
    public MapExplanation Explain(Message message, MapContext context, FhirState? state = null) =>
        Explainer.Explain(VariantFor(message), message, context, state ?? new FhirState());

    private static MapScope Known(object? scope) =>
        scope is MapScope known
            ? known
            : throw new ArgumentException("The scope is not one of a mapped message.", nameof(scope));

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
