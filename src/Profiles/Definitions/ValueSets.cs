using System.Text.Json;
using CloudPacs.FhirServer.Operations;
using Hl7.Fhir.Model;
using Hl7.Fhir.Rest;
using Hl7.Fhir.Specification.Terminology;

namespace CloudPacs.Profiles.Definitions;

/// <summary>Answers with the terminology service of the Firely SDK.</summary>
internal static class ValueSets
{
    /// <exception cref="TerminologyException">The set is not known, or its codes cannot be listed.</exception>
    public static async Task<byte[]> ExpandAsync(LoadedDefinitions loaded, ValueSetSource set, string? filter, int offset, int? count)
    {
        var expanded = (ValueSet)(await FindAsync(loaded, set).ConfigureAwait(false)).DeepCopy();
        if (!expanded.HasExpansion) await ExpandAsync(loaded, expanded).ConfigureAwait(false);
        Cut(expanded, filter, offset, count);
        return JsonSerializer.SerializeToUtf8Bytes<Resource>(expanded, SiteSource.Json);
    }

    /// <exception cref="TerminologyException">The set is not known, or cannot be judged by.</exception>
    public static async Task<CodeVerdict> ValidateAsync(LoadedDefinitions loaded, ValueSetSource set, IReadOnlyList<LookedForCode> codes)
    {
        var found = await FindAsync(loaded, set).ConfigureAwait(false);
        if (codes is [{ System: null } plain]) return await PlainAsync(loaded, found, plain).ConfigureAwait(false);
        var parameters = new ValidateCodeParameters().WithValueSet(null, null, found).WithCodeableConcept(new CodeableConcept
        {
            Coding = [.. codes.Select(static code => new Coding(code.System, code.Code, code.Display))],
        });
        try
        {
            var answer = await loaded.Terminology.ValueSetValidateCode(parameters).ConfigureAwait(false);
            return new CodeVerdict(
                answer.GetSingleValue<FhirBoolean>("result")?.Value == true, answer.GetSingleValue<FhirString>("message")?.Value,
                answer.GetSingleValue<FhirString>("display")?.Value);
        }
        catch (FhirOperationException e)
        {
            throw new TerminologyException("not-supported", e.Message);
        }
    }

    /// <summary>A code alone is in a value set when it is a code of whatever system there.</summary>
    private static async Task<CodeVerdict> PlainAsync(LoadedDefinitions loaded, ValueSet set, LookedForCode code)
    {
        var expanded = (ValueSet)set.DeepCopy();
        if (!expanded.HasExpansion) await ExpandAsync(loaded, expanded).ConfigureAwait(false);
        var found = Flat(expanded.Expansion!.Contains).FirstOrDefault(one => one.Code == code.Code);
        if (found is null) return new CodeVerdict(false, $"The value set has no code {code.Code}.", null);
        return code.Display is null || code.Display == found.Display
            ? new CodeVerdict(true, null, found.Display)
            : new CodeVerdict(false, $"The display of {code.Code} is another one.", found.Display);
    }

    private static async Task<ValueSet> FindAsync(LoadedDefinitions loaded, ValueSetSource set)
    {
        if (set.Url is null) return (ValueSet)JsonSerializer.Deserialize<Resource>(set.Content.Span, SiteSource.Json)!;
        return await loaded.FindAsync(set.Url).ConfigureAwait(false) as ValueSet
            ?? throw new TerminologyException("not-found", $"This server does not know the value set {set.Url}.");
    }

    private static async System.Threading.Tasks.Task ExpandAsync(LoadedDefinitions loaded, ValueSet set)
    {
        try
        {
            await new ValueSetExpander(new ValueSetExpanderSettings { ValueSetSource = loaded.Source, MaxExpansionSize = 20_000 })
                .ExpandAsync(set).ConfigureAwait(false);
        }
        catch (TerminologyServiceException e)
        {
            throw new TerminologyException("too-costly", $"The codes of this value set cannot be listed: {e.Message}");
        }
    }

    /// <summary>The part that is asked for, without what the set is made of.</summary>
    private static void Cut(ValueSet set, string? filter, int offset, int? count)
    {
        var all = set.Expansion!.Contains;
        if (filter is not null) all = [.. Flat(all).Where(one => Has(one.Code, filter) || Has(one.Display, filter))];
        else if (offset > 0 || count is not null) all = [.. Flat(all)];
        set.Expansion.Total = filter is null ? Flat(all).Count() : all.Count;
        if (offset > 0 || count is not null)
        {
            set.Expansion.Offset = offset;
            all = [.. all.Skip(offset).Take(count ?? int.MaxValue)];
        }

        set.Expansion.Contains = all;
        set.Compose = null;
        // Who publishes a definition of FHIR, which is no place for them.
        set.Extension.Clear();
        set.Text = null;
    }

    private static bool Has(string? text, string filter) => text?.Contains(filter, StringComparison.OrdinalIgnoreCase) == true;

    private static IEnumerable<ValueSet.ContainsComponent> Flat(IEnumerable<ValueSet.ContainsComponent> codes) =>
        codes.SelectMany(static code => Flat(code.Contains).Prepend(code));
}
