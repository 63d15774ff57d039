using CloudPacs.CommandLine;

return await Cli.RunAsync(args, Console.Out, Console.Error);
