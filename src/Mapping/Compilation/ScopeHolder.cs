namespace CloudPacs.Mapping.Compilation;

/// <summary>The opaque <c>Scope</c> of mapped patients, procedures and steps; filled when their run has ended.</summary>
internal sealed class ScopeHolder
{
    public MapScope? Scope { get; set; }
}
