using Hangfire;

namespace CloudPacs.Integration.Jobs;

/// <summary>The duties, which belong to the engine: Hangfire would dispose of each when it has run once.</summary>
internal sealed class KnownJobs(IReadOnlyDictionary<Type, object> jobs) : JobActivator
{
    public override object ActivateJob(Type jobType) => jobs[jobType];

    public override JobActivatorScope BeginScope(JobActivatorContext context) => new Scope(this);

    private sealed class Scope(KnownJobs jobs) : JobActivatorScope
    {
        public override object Resolve(Type type) => jobs.ActivateJob(type);
    }
}
