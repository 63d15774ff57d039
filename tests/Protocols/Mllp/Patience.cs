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
}
