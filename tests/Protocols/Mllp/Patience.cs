using Xunit;

namespace CloudPacs.Protocols.Tests.Mllp;

/// <summary>Bounds every wait of a test, so that what never comes fails the test and does not hang the run.</summary>
public static class Patience
{
    public static CancellationToken Token
    {
        get
        {
            var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            source.CancelAfter(TimeSpan.FromSeconds(20));
            return source.Token;
        }
    }

    /// <summary>Waits for what no event tells of.</summary>
    public static async Task UntilAsync(Func<bool> isSo)
    {
        var token = Token;
        while (!isSo()) await Task.Delay(5, token);
    }
}
