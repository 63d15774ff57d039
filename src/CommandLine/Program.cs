using CloudPacs.CommandLine;

return await Cli.RunAsync(args);
