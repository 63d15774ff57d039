using Npgsql;

namespace CloudPacs.Store;

/// <summary>How the engine opens its database: prepared statements kept for each connection, so that hot statements are planned once.</summary>
public static class StoreConnection
{
    public static NpgsqlDataSource CreateDataSource(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
            ApplicationName = "cloudpacs",
        };
        return new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
    }
}
