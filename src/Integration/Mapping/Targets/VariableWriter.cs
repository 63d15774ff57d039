using CloudPacs.Integration.Mapping.Functions;
using CloudPacs.Integration.Mapping.Loading;

namespace CloudPacs.Integration.Mapping.Targets;

/// <summary>Sets a variable of the run.</summary>
internal sealed class VariableWriter(string name, RunLevel level, int slot) : TargetWriter
{
    public override string Name => "$" + name;

    public override void Write(EvalContext context, in MapValue value) => context.Variable(level, slot) = value;
}
