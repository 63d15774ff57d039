namespace CloudPacs.Profiles;

/// <summary>Profiles, value sets and code systems that a site has stored as resources.</summary>
public interface ISiteDefinitions
{
    /// <summary>Changes whenever one of them does.</summary>
    Task<string> StampAsync(CancellationToken cancellationToken);

    /// <summary>A definition as JSON; null when there is none.</summary>
    /// <param name="canonical">Its canonical address, without a version.</param>
    Task<ReadOnlyMemory<byte>?> FindAsync(string canonical);
}
