using CloudPacs.Store;
using Npgsql;
using Xunit;

namespace CloudPacs.Integration.Tests.Store;

public sealed class StoreConnectionTests
{
    [Theory]
    [InlineData("Host=db", StatementPlans.Automatic, 48)]
    [InlineData("Host=db", StatementPlans.Once, 16)]
    [InlineData("Host=db", StatementPlans.Each, 16)]
    [InlineData("Host=db;Maximum Pool Size=7", StatementPlans.Automatic, 7)]
    [InlineData("Host=db;MaxPoolSize=100", StatementPlans.Each, 100)]
    public async Task All_data_sources_together_take_fewer_connections_than_a_server_has_unless_more_are_given(string given, StatementPlans plans, int expected)
    {
        await using var source = StoreConnection.CreateDataSource(given, plans);

        Assert.Equal(expected, new NpgsqlConnectionStringBuilder(source.ConnectionString).MaxPoolSize);
    }

    [Theory]
    [InlineData("Host=db", StatementPlans.Automatic, 30)]
    [InlineData("Host=db", StatementPlans.Once, 10)]
    [InlineData("Host=db", StatementPlans.Each, 10)]
    [InlineData("Host=db;Command Timeout=300", StatementPlans.Once, 300)]
    public async Task Statements_of_readers_are_ended_after_ten_seconds_unless_another_time_is_given(string given, StatementPlans plans, int expected)
    {
        await using var source = StoreConnection.CreateDataSource(given, plans);

        Assert.Equal(expected, new NpgsqlConnectionStringBuilder(source.ConnectionString).CommandTimeout);
    }
}
