using CloudPacs.Mllp;
using Xunit;

namespace CloudPacs.Protocols.Tests.Mllp;

public sealed class BudgetTests
{
    [Fact]
    public async Task The_waiting_are_served_in_order_even_when_a_later_one_would_fit()
    {
        var budget = new Budget(10);
        await budget.TakeAsync(8, Patience.Token);

        var large = budget.TakeAsync(5, Patience.Token).AsTask();
        var small = budget.TakeAsync(1, Patience.Token).AsTask();

        Assert.False(large.IsCompleted || small.IsCompleted);
        budget.Return(8);
        Assert.Equal((5, 1), (await large, await small));
        Assert.Equal(6, budget.Used);
    }

    [Fact]
    public async Task Who_gives_up_waiting_holds_up_nobody()
    {
        using var cancellation = new CancellationTokenSource();
        var budget = new Budget(10);
        await budget.TakeAsync(8, Patience.Token);
        var large = budget.TakeAsync(5, cancellation.Token).AsTask();
        var small = budget.TakeAsync(1, Patience.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        Assert.Equal(1, await small);
        Assert.Equal(9, budget.Used);
    }

    [Fact]
    public async Task Who_asks_for_more_than_there_is_gets_all()
    {
        var budget = new Budget(10);

        Assert.Equal(10, await budget.TakeAsync(50, Patience.Token));
        Assert.False(budget.TryTake(1));
    }
}
