using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Loading;

namespace CloudPacs.Mapping.Targets;

/// <summary>Sets a variable of the run.</summary>
internal sealed class VariableWriter(string name, RunLevel level, int slot) : TargetWriter
{
    public override string Name => "$" + name;

    public override void Write(EvalContext context, in MapValue value) => context.Variable(level, slot) = value;
}
