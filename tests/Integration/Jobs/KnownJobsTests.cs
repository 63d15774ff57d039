using CloudPacs.Integration.Jobs;
using Hangfire;
using Xunit;

namespace CloudPacs.Integration.Tests.Jobs;

/// <summary>A duty lives as long as the engine: Hangfire makes and leaves a scope for each run.</summary>
public sealed class KnownJobsTests
{
    [Fact]
    public void A_duty_that_has_run_is_not_disposed_of()
    {
        using var duty = new CancellationTokenSource();
        var jobs = new KnownJobs(new Dictionary<Type, object> { [typeof(CancellationTokenSource)] = duty });

        for (var run = 0; run < 2; run++)
        {
            using var scope = jobs.BeginScope((JobActivatorContext)null!);
            Assert.Same(duty, scope.Resolve(typeof(CancellationTokenSource)));
        }

        duty.Cancel();
    }
}
