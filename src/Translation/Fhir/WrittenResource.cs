using System.Text.Json;

namespace CloudPacs.Translation.Fhir;

/// <summary>A resource that a client writes, with what is stored of it.</summary>
/// <param name="Place">Its place among those that are written together.</param>
/// <param name="Type">Name of its type.</param>
/// <param name="Id">Its logical id; of a new one the id by which the others refer to it.</param>
/// <param name="Now">As it is written.</param>
/// <param name="Before">As it is stored; undefined for a new one.</param>
internal sealed record WrittenResource(int Place, string Type, string Id, JsonElement Now, JsonElement Before)
{
    public bool IsNew => Before.ValueKind == JsonValueKind.Undefined;

    public string Reference => $"{Type}/{Id}";

    /// <summary>The id of its row; null for an id that no row can have.</summary>
    public Guid? Row => Guid.TryParse(Id, out var id) ? id : null;
}

/// <summary>What is wrong with a resource that was written, or is to be known of it.</summary>
/// <param name="Place">Place of the resource among those that are written together.</param>
/// <param name="IsError">It was refused.</param>
/// <param name="Code">Code of value set issue-type.</param>
/// <param name="Expression">FHIRPath of the element.</param>
/// <param name="Text">A sentence without patient data.</param>
internal sealed record ResourceProblem(int Place, bool IsError, string Code, string Expression, string Text);
