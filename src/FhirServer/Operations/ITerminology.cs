namespace CloudPacs.FhirServer.Operations;

/// <summary>A value set by its canonical address, or as it is.</summary>
/// <param name="Url">Its address; null where it is given itself.</param>
/// <param name="Content">The ValueSet; empty where it is named.</param>
public sealed record ValueSetSource(string? Url, ReadOnlyMemory<byte> Content);

/// <summary>A code that is looked for.</summary>
public sealed record LookedForCode(string? System, string Code, string? Display);

/// <summary>Whether a code is in a value set.</summary>
/// <param name="Result">It is.</param>
/// <param name="Message">Why not.</param>
/// <param name="Display">What the code system calls it.</param>
public sealed record CodeVerdict(bool Result, string? Message, string? Display);

/// <summary>Knows the value sets of FHIR R4 and of the site. The first question takes seconds.</summary>
public interface ITerminology
{
    /// <summary>The value set with its codes.</summary>
    /// <param name="set">Which one.</param>
    /// <param name="filter">What codes or displays have in them; null for all.</param>
    /// <param name="offset">How many are passed over.</param>
    /// <param name="count">The most that are given; null for all.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TerminologyException">The set is not known, or its codes cannot be listed.</exception>
    Task<ReadOnlyMemory<byte>> ExpandAsync(
        ValueSetSource set, string? filter, int offset, int? count, CancellationToken cancellationToken);

    /// <summary>Whether one of some codes is in it.</summary>
    /// <exception cref="TerminologyException">The set is not known, or cannot be judged by.</exception>
    Task<CodeVerdict> ValidateAsync(ValueSetSource set, IReadOnlyList<LookedForCode> codes, CancellationToken cancellationToken);
}

/// <summary>A question about a value set that has no answer.</summary>
/// <param name="code">Code of value set issue-type.</param>
/// <param name="message">Why, in a sentence.</param>
public sealed class TerminologyException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
