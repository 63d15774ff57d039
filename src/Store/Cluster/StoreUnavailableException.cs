namespace CloudPacs.Store.Cluster;

/// <summary>The database cannot be had: what is wrong and what to do about it, in words for the person who runs the engine.</summary>
public sealed class StoreUnavailableException(string problem, string fix, Exception? inner = null) : Exception($"{problem} {fix}", inner)
{
    public string Problem { get; } = problem;

    public string Fix { get; } = fix;
}
