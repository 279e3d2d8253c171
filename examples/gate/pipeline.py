"""The rulebook inside a pipeline that already runs Great Expectations.

    python examples/gate/pipeline.py examples/卫生服务中心.docx

Exit code 1 when a rule at the level of an error fails, 4 when something could not be judged.
"""

import sys

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations import Checkpoint, ExpectationSuite, ValidationDefinition

from auditor.gate import suite, tables


def main(paths: list[str]) -> int:
    facts = tables(paths)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    source = context.data_sources.add_pandas("submission")

    # A suite of our own beside the rulebook: this pipeline takes no form without a project.
    own = ExpectationSuite(
        name="forms.own",
        expectations=[gxe.ExpectColumnValuesToNotBeNull(column="project")],
    )
    code = 0
    for table in ("forms", "fund_lines", "indicators"):
        batch = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("all")
        wanted = [suite(table, facts)] + ([own] if table == "forms" else [])
        validations = [
            context.validation_definitions.add(
                ValidationDefinition(name=one.name, data=batch, suite=context.suites.add(one))
            )
            for one in wanted
        ]
        checkpoint = context.checkpoints.add(
            Checkpoint(name=table, validation_definitions=validations, result_format="COMPLETE")
        )
        result = checkpoint.run(batch_parameters={"dataframe": facts[table]})
        for validation in result.run_results.values():
            for entry in validation.results:
                if entry.success:
                    continue
                config, details = entry.expectation_config, entry.result.get("details")
                if details is None:
                    print(f"not judged: {config.type} {config.kwargs}")
                    code = 4
                    continue
                for finding in details["findings"]:
                    where = f"{finding['file']}#{finding['form']}"
                    print(finding["severity"], config.kwargs["rule"], where, finding["message"])
                    if finding["severity"] == "error":
                        code = max(code, 1)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["examples"]))
