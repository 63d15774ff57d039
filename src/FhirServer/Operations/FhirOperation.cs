using CloudPacs.FhirServer.Searching;

namespace CloudPacs.FhirServer.Operations;

/// <summary>Where an operation is invoked (FHIR R4 operations.html 3.2.0.1).</summary>
[Flags]
internal enum OperationLevels
{
    System = 1 << 0,
    Type = 1 << 1,
    Instance = 1 << 2,
}

/// <summary>An operation of this server: routes, refusals, the CapabilityStatement and its OperationDefinition follow from it.</summary>
/// <param name="Code">The name after the dollar sign.</param>
/// <param name="Levels">Where it is invoked.</param>
/// <param name="RunAsync">Answers it; a <see cref="SearchException"/> says what is wrong with a parameter.</param>
internal sealed record FhirOperation(string Code, OperationLevels Levels, Func<FhirCall, OperationInput, Task<FhirResult>> RunAsync)
{
    /// <summary>Id of the OperationDefinition.</summary>
    public required string Id { get; init; }

    /// <summary>Whether it is one of FHIR R4, which defines it under this id; else it is our own.</summary>
    public bool IsOfStandard { get; init; } = true;

    /// <summary>What it does, in a sentence.</summary>
    public required string Description { get; init; }

    /// <summary>Whether a type has it.</summary>
    public required Func<ServedType, bool> IsFor { get; init; }

    /// <summary>It writes: it is invoked by POST alone.</summary>
    public bool ChangesState { get; init; }

    /// <summary>Search parameters of the type are parameters as well.</summary>
    public bool TakesSearchParameters { get; init; }

    public IReadOnlyList<OperationParameter> Parameters { get; init; } = [];

    /// <summary>The canonical address of the definition in FHIR R4; null for our own.</summary>
    public string? Standard => IsOfStandard ? $"http://hl7.org/fhir/OperationDefinition/{Id}" : null;

    public IReadOnlyList<string> Methods => ChangesState ? ["POST"] : ["GET", "HEAD", "POST"];

    /// <summary>The answer to a request; parameters that are wrong are told.</summary>
    public async Task<FhirResult> AnswerAsync(FhirCall call)
    {
        try
        {
            var (input, refusal) = await OperationInput.ReadAsync(call, this);
            return refusal ?? await RunAsync(call, input!);
        }
        catch (SearchException e)
        {
            return e.Answer();
        }
    }

    /// <summary>The types that have it.</summary>
    public IEnumerable<ServedType> Types => Levels == OperationLevels.System ? [] : ServedTypes.Served.Where(IsFor);
}

/// <summary>A parameter of an operation (FHIR R4 operationdefinition.html, parameter).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Code of its type.</param>
/// <param name="Documentation">What it says.</param>
internal sealed record OperationParameter(string Name, string Type, string Documentation)
{
    public bool IsMandatory { get; init; }

    public bool Repeats { get; init; }

    public bool IsOutput { get; init; }

    /// <summary>A resource; the body may be that alone, without Parameters around it.</summary>
    public bool IsResource => Type == "Resource" || ServedTypes.Find(Type) is not null;
}
