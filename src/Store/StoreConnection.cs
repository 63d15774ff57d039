using Npgsql;

namespace CloudPacs.Store;

/// <summary>
/// How the engine opens its database: prepared statements kept for each connection, so that hot statements are planned once. A connection
/// goes back into the pool as it is, without the six statements that would reset it before each use: whoever changes its session (a lock
/// that outlives a transaction, LISTEN) undoes it or takes the connection out of the pool.
/// </summary>
public static class StoreConnection
{
    private const string MaxPoolSize = "Maximum Pool Size", CommandTimeout = "Command Timeout";

    /// <summary>How the sessions of engines are known on the server.</summary>
    public const string ApplicationName = "cloudpacs";

    /// <summary>
    /// Most connections of a data source: those of the engine and of its jobs together stay below the hundred that a server usually has.
    /// Who finds all of them in use waits; more would make each of them slower.
    /// </summary>
    private const int MostOfEngine = 48, MostOfReaders = 16;

    /// <summary>
    /// The longest time that a statement of readers takes, in seconds; then it is ended. Of the data source, and not of each statement: a
    /// connection whose statements take turns with other limits tells the socket each time.
    /// </summary>
    private const int TimeLimitOfReaders = 10;

    /// <param name="connectionString">How the database is reached; a pool size or a time limit in it is that of each data source.</param>
    /// <param name="plans">How its statements are planned.</param>
    public static NpgsqlDataSource CreateDataSource(string connectionString, StatementPlans plans = StatementPlans.Automatic)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            ApplicationName = ApplicationName,
            NoResetOnClose = true,
        };
        var isReader = plans != StatementPlans.Automatic;
        if (!builder.ShouldSerialize(MaxPoolSize)) builder.MaxPoolSize = isReader ? MostOfReaders : MostOfEngine;
        if (isReader && !builder.ShouldSerialize(CommandTimeout)) builder.CommandTimeout = TimeLimitOfReaders;
        var options = plans switch
        {
            StatementPlans.Once => "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off",
            StatementPlans.Each => "-c plan_cache_mode=force_custom_plan",
            _ => "",
        };
        builder.Options = $"{builder.Options} {options}".Trim();
        return new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
    }
}

/// <summary>How the statements of a data source are planned.</summary>
public enum StatementPlans
{
    /// <summary>As the server sees fit: after some runs once for all values, where that looks no worse.</summary>
    Automatic,

    /// <summary>
    /// Once for all values, by indexes, however small the tables are then: for what is looked up, of which planning would take longer.
    /// </summary>
    Once,

    /// <summary>Each for its values, which decide how it is best done.</summary>
    Each,
}
