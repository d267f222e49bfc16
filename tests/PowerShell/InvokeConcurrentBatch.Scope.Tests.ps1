BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"
    $ErrorActionPreference = 'Continue'

    # Writes a module of that name and returns its folder. Each import adds a mark to a list of the process.
    function New-TestModule([string] $Name, [string] $Body, [switch] $Manifest) {
        $folder = Join-Path $TestDrive "modules/$Name"
        $null = New-Item -ItemType Directory $folder -Force
        Set-Content "$folder/$Name.psm1" "[AppDomain]::CurrentDomain.GetData('BatchOpsTestImports').Enqueue('$Name')`n$Body"
        if ($Manifest) { New-ModuleManifest "$folder/$Name.psd1" -RootModule "$Name.psm1" -FunctionsToExport '*' }
        $folder
    }

    $imports = [System.Collections.Concurrent.ConcurrentQueue[string]]::new()
    [AppDomain]::CurrentDomain.SetData('BatchOpsTestImports', $imports)
}

AfterAll { Assert-NoWorker }

Describe '-Variable' {
    It 'takes variables of the calling scope by name' {
        $a = 'x'
        $b = 1, 2, 3
        1..2 | Invoke-ConcurrentBatch { "$a $($b.Count)" } -Variable a, b | Should -Be 'x 3', 'x 3'
    }

    It 'takes values from a dictionary' {
        1 | Invoke-ConcurrentBatch { "$a $b" } -Variable @{ a = 'x'; b = 2 } | Should -Be 'x 2'
        1 | Invoke-ConcurrentBatch { "$a $b" } -Variable ([ordered]@{ a = 'x'; b = 2 }) | Should -Be 'x 2'
    }

    It 'a name that is not there is an error that says it' {
        { 1 | Invoke-ConcurrentBatch { 1 } -Variable nowhere } | Should -Throw -ErrorId 'VariableNotFound,*' -ExpectedMessage '*nowhere*'
    }

    It 'each worker has it, and an item that changes it changes its own scope''s only' {
        $count = 1
        1..20 | Invoke-ConcurrentBatch { $count++; $count } -Variable count -ThrottleLimit 2 | Select-Object -Unique | Should -Be 2
        $count | Should -Be 1
    }
}

Describe '-Function' {
    It 'takes functions of the calling scope, with their parameters' {
        function Add-One([int] $To = 5) { $To + 1 }
        function Get-Piped {
            [CmdletBinding()]
            param([Parameter(ValueFromPipeline)] $InputObject, [ValidateSet('a', 'b')] $Word = 'a')
            begin { 'begin' } process { "$InputObject$Word" } end { 'end' }
        }
        filter Select-Even { if ($_ % 2 -eq 0) { $_ } }
        function Use-Other { Add-One 1 }

        1 | Invoke-ConcurrentBatch -Function Add-One, Get-Piped, Select-Even, Use-Other {
            Add-One
            Add-One -To 2
            1, 2 | Get-Piped -Word b
            try { Get-Piped -Word c } catch { 'refused' }
            1..4 | Select-Even
            Use-Other
        } | Should -Be 6, 3, 'begin', '1b', '2b', 'end', 'refused', 2, 4, 2
    }

    It 'takes a function that was made from a block' {
        ${function:Get-Made} = { param($x) "made $x" }
        1 | Invoke-ConcurrentBatch { Get-Made $_ } -Function Get-Made | Should -Be 'made 1'
    }

    It 'keeps the positions of its lines' {
        function Step-Wrong {
            throw 'in the function' # the line that fails
        }
        $failed = 1 | Invoke-ConcurrentBatch { Step-Wrong } -Function Step-Wrong 2>&1
        $line = (Select-String -Path $PSCommandPath -Pattern '# the line that fails$').LineNumber
        $failed.Exception.Message | Should -BeLike "*(InvokeConcurrentBatch.Scope.Tests.ps1:$line)"
    }

    It 'a name that is not there is an error that says it' {
        { 1 | Invoke-ConcurrentBatch { 1 } -Function Get-Nothing } | Should -Throw -ErrorId 'FunctionNotFound,*' -ExpectedMessage '*Get-Nothing*'
    }
}

Describe '-Module' {
    BeforeAll {
        $plain = New-TestModule PlainTools 'function Get-Plain { "plain" }'
        $manifested = New-TestModule ManifestTools 'function Get-Manifested { "manifested" }' -Manifest
        $found = New-TestModule FoundTools 'function Get-Found { "found" }' -Manifest
    }

    It 'takes a path to <Name>' -ForEach @(
        @{ Name = 'a file'; Path = 'modules/PlainTools/PlainTools.psm1'; Call = 'Get-Plain'; Value = 'plain' }
        @{ Name = 'a folder'; Path = 'modules/PlainTools'; Call = 'Get-Plain'; Value = 'plain' }
        @{ Name = 'a manifest'; Path = 'modules/ManifestTools/ManifestTools.psd1'; Call = 'Get-Manifested'; Value = 'manifested' }
    ) {
        1..2 | Invoke-ConcurrentBatch ([scriptblock]::Create($Call)) -Module "$TestDrive/$Path" | Should -Be $Value, $Value
        Push-Location $TestDrive
        try { 1 | Invoke-ConcurrentBatch ([scriptblock]::Create($Call)) -Module "./$Path" | Should -Be $Value }
        finally { Pop-Location }
    }

    It 'takes the name of a loaded module, from where it was loaded' {
        Import-Module "$manifested/ManifestTools.psd1"
        try { 1 | Invoke-ConcurrentBatch { Get-Manifested; (Get-Module ManifestTools).ModuleBase } -Module ManifestTools | Should -Be 'manifested', $manifested }
        finally { Remove-Module ManifestTools }
    }

    It 'takes the name of a module on the module path' {
        Invoke-WithEnvironment @{ PSModulePath = "$TestDrive/modules" } {
            1 | Invoke-ConcurrentBatch { Get-Found } -Module FoundTools | Should -Be 'found'
        }
    }

    It 'Trap: module import cost: it is imported once in each worker, never for an item' {
        $imports.Clear()
        1..200 | Invoke-ConcurrentBatch { Get-Plain } -Module "$plain/PlainTools.psm1" -ThrottleLimit 3 -SummaryVariable summary | Should -HaveCount 200
        $imports.Count | Should -Be $summary.Workers
        $summary.Workers | Should -BeLessOrEqual 3
    }

    It 'one that does not exist is an error that names it, before anything starts' {
        { 1 | Invoke-ConcurrentBatch { 1 } -Module NoSuchModule -SummaryVariable summary } | Should -Throw -ErrorId 'ModuleNotFound,*' -ExpectedMessage '*NoSuchModule*'
        { 1 | Invoke-ConcurrentBatch { 1 } -Module ./no/such.psm1 } | Should -Throw -ErrorId 'ModuleNotFound,*' -ExpectedMessage '*no/such.psm1*'
        $summary | Should -BeNullOrEmpty
    }

    It 'one that fails to load ends the run with one error' {
        $broken = New-TestModule BrokenTools 'throw "broken module"'
        $failure = { 1..50 | Invoke-ConcurrentBatch { 1 } -Module "$broken/BrokenTools.psm1" } | Should -Throw -PassThru -ErrorId 'BatchWorkerSetupFailed,*'
        $failure.Exception.Message | Should -BeLike '*BrokenTools*broken module*'
    }
}

Describe '-InitializationScript' {
    It 'runs once in each worker; what it defines is there for the items' {
        $runs = [System.Collections.Concurrent.ConcurrentQueue[int]]::new()
        1..50 | Invoke-ConcurrentBatch { Get-Base; $offset } -ThrottleLimit 3 -SummaryVariable summary -InitializationScript {
            ($using:runs).Enqueue(1)
            $offset = 2
            function Get-Base { 1 }
            'output of its own is nobody''s'
        } | Select-Object -Unique | Sort-Object | Should -Be 1, 2
        $runs.Count | Should -Be $summary.Workers
    }

    It 'sets the place that items start from' {
        1..2 | Invoke-ConcurrentBatch { $PWD.Path; Set-Location / } -InitializationScript { Set-Location $using:TestDrive } -ThrottleLimit 1 |
            Should -Be "$TestDrive", "$TestDrive"
    }

    It 'what it writes comes out once, with the worker''s first item' {
        $all = 1..3 | Invoke-ConcurrentBatch { $_ } -ThrottleLimit 1 -InitializationScript { Write-Error 'e'; Write-Warning 'w'; Write-Host 'h' } *>&1
        ($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }).Exception.Message | Should -Be 'e'
        ($all | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }).Message | Should -Be 'w'
        ($all | Where-Object { $_ -is [System.Management.Automation.InformationRecord] }).MessageData.Message | Should -Be 'h'
        $all | Where-Object { $_ -is [int] } | Should -Be 1, 2, 3
    }

    It 'one that throws ends the run with one clear error, and reads no further' {
        $read = @{ Count = 0 }
        $errors = @()
        $failure = {
            1..100000 | ForEach-Object { $read.Count++; $_ } | Invoke-ConcurrentBatch { 'ran' } -ErrorVariable +errors -SummaryVariable script:summary -InitializationScript {
                throw 'no login' # the init that fails
            } | Should -BeNullOrEmpty
        } | Should -Throw -PassThru -ErrorId 'BatchWorkerSetupFailed,*'
        $line = (Select-String -Path $PSCommandPath -Pattern '# the init that fails$').LineNumber
        $failure.Exception.Message | Should -BeLike "*initialization script*no login (InvokeConcurrentBatch.Scope.Tests.ps1:$line)"
        @($errors).Count | Should -BeLessOrEqual 1
        $read.Count | Should -BeLessThan 100000
        $script:summary.Ended | Should -BeTrue
        $script:summary.Executed | Should -Be 0
        $script:summary.Canceled | Should -Be $script:summary.Total
    }
}

Describe 'A block that belongs to a module' {
    It 'Trap: a block from a module cannot see the module''s private functions: here it does' {
        $folder = New-TestModule PrivateTools '
            $secret = 42
            function Get-Private($x) { "private $x $secret" }
            function Get-All { 1..3 | Invoke-ConcurrentBatch { Get-Private $_ } -Ordered }
            Export-ModuleMember Get-All' -Manifest
        foreach ($file in "$folder/PrivateTools.psm1", "$folder/PrivateTools.psd1") {
            $imports.Clear()
            Import-Module $file -Force
            try { Get-All | Should -Be 'private 1 42', 'private 2 42', 'private 3 42' }
            finally { Remove-Module PrivateTools }
        }
    }

    It 'sees those of a module without a file, too' {
        $module = New-Module -Name InMemory { $n = 7; function Get-Hidden { "hidden $n" }; function Get-Shown { 1..2 | Invoke-ConcurrentBatch { Get-Hidden } }; Export-ModuleMember Get-Shown }
        try { & $module { Get-Shown } | Should -Be 'hidden 7', 'hidden 7' }
        finally { Remove-Module $module }
    }

    It 'the session''s own block sees nothing of a module that happens to call it' {
        $module = New-Module -Name Caller { function Get-Inner { 'inner' }; function Invoke-It($block) { 1 | Invoke-ConcurrentBatch $block } }
        try { Invoke-It { [bool](Get-Command Get-Inner -ErrorAction Ignore) } | Should -BeFalse }
        finally { Remove-Module $module }
    }
}

Describe 'Scope of an item' {
    It 'is new for each item' {
        1..10 | Invoke-ConcurrentBatch { "$seen"; $seen = 'seen'; function Get-Left { } ; [bool](Get-Command Get-Left -ErrorAction Ignore) } -ThrottleLimit 1 |
            Select-Object -Unique | Should -Be '', $true
        1..10 | Invoke-ConcurrentBatch { [bool](Get-Command Get-Left -ErrorAction Ignore); function Get-Left { } } -ThrottleLimit 1 |
            Select-Object -Unique | Should -Be $false
    }

    It 'global variables leak from item to item of a worker, but not with -UseNewRunspace' {
        1..3 | Invoke-ConcurrentBatch { "$global:left"; $global:left = 'left' } -ThrottleLimit 1 | Should -Be '', 'left', 'left'
        1..3 | Invoke-ConcurrentBatch { "$global:left"; $global:left = 'left' } -ThrottleLimit 1 -UseNewRunspace | Should -Be '', '', ''
    }

    It 'an item sees nothing of the caller''s variables, and the caller nothing of its' {
        $mine = 'mine'
        1 | Invoke-ConcurrentBatch { "<$mine>"; $yours = 'yours' } | Should -Be '<>'
        $yours | Should -BeNullOrEmpty
    }

    It 'knows the module''s own cmdlets without an import' {
        1 | Invoke-ConcurrentBatch { 1, 2 | Invoke-ConcurrentBatch { $_ * 10 } -Ordered } | Should -Be 10, 20
        1 | Invoke-ConcurrentBatch { (1 | Expand-BatchMatrix @{ a = 1, 2 }).a; (New-BatchThrottle 3).CurrentLimit } | Should -Be 1, 2, 3
    }
}

Describe 'Trap: preferences, location and culture are not inherited by new runspaces: here they are' {
    It 'the location, put back when an item moved' {
        Push-Location $TestDrive
        try { 1..4 | Invoke-ConcurrentBatch { $PWD.Path; Set-Location / } -ThrottleLimit 1 | Select-Object -Unique | Should -Be "$TestDrive" }
        finally { Pop-Location }
    }

    It 'the location, also after an item that moved and was stopped' {
        Push-Location $TestDrive
        try {
            1, 2 | Invoke-ConcurrentBatch { if ($_ -eq 1) { Set-Location /; Start-Sleep 60 }; $PWD.Path } -ThrottleLimit 1 -AttemptTimeoutSeconds 0.5 -ErrorAction SilentlyContinue |
                Should -Be "$TestDrive"
        }
        finally { Pop-Location }
    }

    It 'the location in another provider, and the folder behind a drive of the caller''s alone' {
        Push-Location Env:
        try { 1 | Invoke-ConcurrentBatch { $PWD.Provider.Name } | Should -Be 'Environment' }
        finally { Pop-Location }

        $null = New-Item -ItemType Directory "$TestDrive/a [b]" -Force
        $null = New-PSDrive -Name Mine -PSProvider FileSystem -Root $TestDrive
        Push-Location -LiteralPath 'Mine:/a [b]'
        try { 1 | Invoke-ConcurrentBatch { $PWD.ProviderPath } | Should -Be "$TestDrive/a [b]" }
        finally { Pop-Location; Remove-PSDrive Mine }
    }

    It 'the culture' {
        $culture, $uiCulture = [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            [cultureinfo]::CurrentUICulture = 'fr-FR'
            1 | Invoke-ConcurrentBatch { 1.5.ToString(); (Get-Culture).Name; (Get-UICulture).Name; [cultureinfo]::CurrentUICulture.Name } | Should -Be '1,5', 'de-DE', 'fr-FR', 'fr-FR'
        }
        finally { [cultureinfo]::CurrentCulture, [cultureinfo]::CurrentUICulture = $culture, $uiCulture }
    }

    It '$<Name>' -ForEach @(
        @{ Name = 'ConfirmPreference'; Value = 'Medium' }
        @{ Name = 'DebugPreference'; Value = 'Continue' }
        @{ Name = 'ErrorActionPreference'; Value = 'Ignore' }
        @{ Name = 'ErrorView'; Value = 'DetailedView' }
        @{ Name = 'FormatEnumerationLimit'; Value = 17 }
        @{ Name = 'InformationPreference'; Value = 'Continue' }
        @{ Name = 'MaximumHistoryCount'; Value = 77 }
        @{ Name = 'OFS'; Value = '-' }
        @{ Name = 'ProgressPreference'; Value = 'SilentlyContinue' }
        @{ Name = 'PSEmailServer'; Value = 'mail.example' }
        @{ Name = 'PSModuleAutoLoadingPreference'; Value = 'None' }
        @{ Name = 'PSNativeCommandArgumentPassing'; Value = 'Legacy' }
        @{ Name = 'PSNativeCommandUseErrorActionPreference'; Value = $true }
        @{ Name = 'VerbosePreference'; Value = 'Continue' }
        @{ Name = 'WarningPreference'; Value = 'SilentlyContinue' }
        @{ Name = 'WhatIfPreference'; Value = $true }
    ) {
        # A local one, as a function or a common parameter sets it.
        $block = [scriptblock]::Create("`$$Name")
        "$(& { Set-Variable $Name $Value -WhatIf:$false; 1 | Invoke-ConcurrentBatch $block })" | Should -Be "$Value"
    }

    It '$OutputEncoding' {
        $OutputEncoding = [System.Text.Encoding]::Latin1
        1 | Invoke-ConcurrentBatch { $OutputEncoding.WebName } | Should -Be 'iso-8859-1'
    }

    It '$PSDefaultParameterValues, as a copy and without script blocks' {
        $PSDefaultParameterValues = @{ 'Get-Default:Name' = 'preset'; 'Get-Default:Other' = { 'block' } }
        function Get-Default { [CmdletBinding()] param($Name, $Other) "$Name|$Other" }
        $together = [System.Threading.Barrier]::new(2)
        1..2 | Invoke-ConcurrentBatch -Function Get-Default {
            $PSDefaultParameterValues["x:$_"] = 1
            if (-not ($using:together).SignalAndWait(30000)) { throw 'hang' }
            Get-Default
            # Its own entry, not the other worker's.
            @($PSDefaultParameterValues.Keys -like 'x:*').Count
        } | Should -Be 'preset|', 1, 'preset|', 1
        $PSDefaultParameterValues.Keys -like 'x:*' | Should -BeNullOrEmpty
    }

    It '$PSDefaultParameterValues that is disabled stays so' {
        $PSDefaultParameterValues = @{ 'Get-Default:Name' = 'preset'; Disabled = $true }
        function Get-Default { [CmdletBinding()] param($Name) "<$Name>" }
        1 | Invoke-ConcurrentBatch { Get-Default } -Function Get-Default | Should -Be '<>'
    }

    It '-Verbose and -Debug of the cmdlet mean its items' {
        1 | Invoke-ConcurrentBatch { Write-Verbose 'v' } -Verbose 4>&1 | ForEach-Object Message | Should -Be 'v'
        1 | Invoke-ConcurrentBatch { Write-Debug 'd' } -Debug 5>&1 | ForEach-Object Message | Should -Be 'd'
        & { $VerbosePreference = 'Continue'; 1 | Invoke-ConcurrentBatch { Write-Verbose 'v' } -Verbose:$false 4>&1 } | Should -BeNullOrEmpty
    }
}

Describe 'Trap: -WhatIf of a calling function does not reach workers by itself' {
    BeforeAll {
        function Remove-All {
            [CmdletBinding(SupportsShouldProcess)]
            param([string[]] $Path)
            $Path | Invoke-ConcurrentBatch { Remove-Item -LiteralPath $_ }
        }
        function Remove-Sure {
            [CmdletBinding(SupportsShouldProcess)]
            param([string[]] $Path)
            if ($PSCmdlet.ShouldProcess('all')) { 'asked' }
            $Path | Invoke-ConcurrentBatch { Remove-Item -LiteralPath $_ }
        }
        function New-Files { 1..5 | ForEach-Object { (New-Item "$TestDrive/file$_" -Force).FullName } }
    }

    It 'here it does: nothing is removed, and the What-if lines come out' {
        $files = New-Files
        $lines = Remove-All $files -WhatIf 6>&1
        $files | ForEach-Object { $_ | Should -Exist }
        $lines | Should -HaveCount 5
        foreach ($file in $files) { ($lines -match [regex]::Escape($file)) -match '^What if: ' | Should -HaveCount 1 }
        $lines.BatchItemIndex | Sort-Object | Should -Be (0..4)
    }

    It 'and without it they are removed' {
        $files = New-Files
        Remove-All $files | Should -BeNullOrEmpty
        $files | ForEach-Object { $_ | Should -Not -Exist }
    }

    It '-Confirm of a calling function makes the items ask, which fails them instead of hanging' {
        $files = New-Files
        $failed = Remove-All $files -Confirm 2>&1
        $failed | Should -HaveCount 5
        $failed | ForEach-Object { $_.FullyQualifiedErrorId | Should -BeLike 'BatchItemNeedsInput*' }
        $files | ForEach-Object { $_ | Should -Exist }
    }
}

Describe 'Trap: constrained language mode: workers take the caller''s, never a wider one' {
    BeforeAll {
        function Invoke-Constrained([scriptblock] $Script) {
            $caller = Start-Caller ([scriptblock]::Create("`$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'`n$Script"))
            try { Receive-Caller $caller }
            finally { Remove-Caller $caller }
        }
    }

    It 'in <Name>' -ForEach @(
        @{ Name = 'an item'; Script = { 1..3 | Invoke-ConcurrentBatch { "$($ExecutionContext.SessionState.LanguageMode)"; [System.Console]::Beep() } 2>&1 } }
        @{ Name = 'a nested block'; Script = { 1..3 | Invoke-ConcurrentBatch { & { "$($ExecutionContext.SessionState.LanguageMode)"; [System.Console]::Beep() } } 2>&1 } }
        @{ Name = 'a function'; Script = { function Get-It { "$($ExecutionContext.SessionState.LanguageMode)"; [System.Console]::Beep() }; 1..3 | Invoke-ConcurrentBatch { Get-It } -Function Get-It 2>&1 } }
        @{ Name = '-UseNewRunspace'; Script = { 1..3 | Invoke-ConcurrentBatch { "$($ExecutionContext.SessionState.LanguageMode)"; [System.Console]::Beep() } -UseNewRunspace 2>&1 } }
        @{ Name = '-RetryWhen'; Script = { 1..3 | Invoke-ConcurrentBatch { throw 'x' } -RetryWhen { [System.Console]::Beep(); 'Retry' } 2>&1 } }
        @{ Name = 'a block that leaves early'; Script = { 1..3 | Invoke-ConcurrentBatch { "$($ExecutionContext.SessionState.LanguageMode)"; [System.Console]::Beep(); exit } 2>&1 } }
    ) {
        $all = Invoke-Constrained $Script
        $failed = $all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }
        $failed | Should -HaveCount 3
        $failed | ForEach-Object { "$_" | Should -BeLike '*language mode*' }
    }

    It 'in -InitializationScript' {
        Invoke-Constrained { try { 1 | Invoke-ConcurrentBatch { 1 } -InitializationScript { [System.Console]::Beep() } } catch { "$_" } } |
            Should -BeLike '*initialization script*language mode*'
    }

    It 'what is allowed there works: output, $using:, -Variable, -Key, $BatchItem' {
        Invoke-Constrained {
            "$($ExecutionContext.SessionState.LanguageMode)"
            $x = @{ y = 'z' }
            $v = 'v'
            1, 1, 2 | Invoke-ConcurrentBatch { "$_$($using:x.y)$v$($BatchItem.Index)"; break } -Variable v -Key { "$_" } -Deduplicate -Ordered
        } | Should -Be 'ConstrainedLanguage', '1zv0', '1zv0', '2zv2'
    }

    It 'a session with full language has it in its workers' {
        1 | Invoke-ConcurrentBatch { "$($ExecutionContext.SessionState.LanguageMode)"; [Math]::Abs(-1) } | Should -Be 'FullLanguage', 1
    }
}
