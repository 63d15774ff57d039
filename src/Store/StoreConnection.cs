using Npgsql;

namespace CloudPacs.Store;

/// <summary>
/// How the engine opens its database: prepared statements kept for each connection, so that hot statements are planned once. A connection
/// goes back into the pool as it is, without the six statements that would reset it before each use: whoever changes its session (a lock
/// that outlives a transaction, LISTEN) undoes it or takes the connection out of the pool.
/// </summary>
public static class StoreConnection
{
    /// <summary>How the sessions of engines are known on the server.</summary>
    public const string ApplicationName = "cloudpacs";

    /// <param name="connectionString">How the database is reached.</param>
    /// <param name="plansEach">
    /// Every statement is planned for its values, which decide how it is best done; else a plan is made once for all values.
    /// </param>
    public static NpgsqlDataSource CreateDataSource(string connectionString, bool plansEach = false)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            ApplicationName = ApplicationName,
            NoResetOnClose = true,
        };
        if (plansEach) builder.Options = $"{builder.Options} -c plan_cache_mode=force_custom_plan".Trim();
        return new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
    }
}
