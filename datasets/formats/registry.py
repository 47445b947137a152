"""Registry of export formats."""

from __future__ import annotations

from typing import Any

from datasets.formats import (
    coco,
    folder,
    huggingface,
    labelstudio,
    layered,
    matting,
    paintbucket,
    png,
    voc,
    webdataset,
)
from datasets.formats.base import ExportFormat, Layout, NoParams
from datasets.formats.shards import ShardParams
from modeling.registry import Registry

FORMATS: Registry[ExportFormat] = Registry("format")
"""Formats by name, in the order in which pages list them."""


def _folder(params: Any) -> Layout:
    return folder.folder(params)


def _coco(params: Any) -> Layout:
    return coco.coco(params)


def _png(params: Any) -> Layout:
    return png.png(params)


def _huggingface(params: Any) -> Layout:
    return huggingface.huggingface(params)


def _webdataset(params: Any) -> Layout:
    return webdataset.webdataset(params)


def _labelstudio(params: Any) -> Layout:
    return labelstudio.labelstudio(params)


def _voc(params: Any) -> Layout:
    return voc.voc(params)


def _matting(params: Any) -> Layout:
    return matting.matting(params)


def _paintbucket(params: Any) -> Layout:
    return paintbucket.paintbucket(params)


def _layered(params: Any) -> Layout:
    return layered.layered(params)


for _format in (
    ExportFormat(
        "snapshot",
        "Sakkan's own folder: frames, label maps, frames.jsonl",
        NoParams,
        _folder,
        loader=folder.LOADER,
        needs=("numpy", "pillow"),
    ),
    ExportFormat(
        "coco",
        "COCO instances with RLE masks, a file a split",
        NoParams,
        _coco,
        loader=coco.LOADER,
        needs=("pycocotools",),
    ),
    ExportFormat(
        "png",
        "Frames and label maps as PNG: class indices or palette entries, with a palette file",
        png.PngParams,
        _png,
        loader=png.LOADER,
        needs=("numpy", "pillow"),
    ),
    ExportFormat(
        "voc",
        "Pascal VOC 2012: class maps in VOC's colours, lists, labelmap.txt",
        voc.VocParams,
        _voc,
        loader=voc.LOADER,
        needs=("numpy", "torchvision"),
    ),
    ExportFormat(
        "matting",
        "Folders for matting trainers: frame, mask, cut-out cel, background, trimap",
        NoParams,
        _matting,
        loader=matting.LOADER,
        needs=("numpy", "pillow"),
        kinds=("cel",),
    ),
    ExportFormat(
        "huggingface",
        "Hugging Face: Parquet files with the pictures in them, which load_dataset opens",
        ShardParams,
        _huggingface,
        loader=huggingface.LOADER,
        needs=("datasets", "numpy", "pillow"),
        front=huggingface.front,
    ),
    ExportFormat(
        "webdataset",
        "WebDataset: tar files that are read from front to back",
        ShardParams,
        _webdataset,
        loader=webdataset.LOADER,
        needs=("webdataset", "numpy", "pillow"),
    ),
    ExportFormat(
        "labelstudio",
        "Label Studio: tasks with brush masks of the classes, and the labelling interface",
        labelstudio.LabelStudioParams,
        _labelstudio,
        loader=labelstudio.LOADER,
        needs=("label-studio-sdk",),
        keeps=False,
    ),
    ExportFormat(
        "paintbucket",
        "Lines and numbered segments for paint-bucket trainers, as PaintBucket-Character",
        NoParams,
        _paintbucket,
        loader=paintbucket.LOADER,
        needs=("numpy", "pillow"),
        keeps=False,
        kinds=("douga",),
    ),
    ExportFormat(
        "layered",
        "A layered file a frame, OpenRaster or PSD: frame, cut-out cel, paint, ink",
        layered.LayeredParams,
        _layered,
        loader=layered.LOADER,
        needs=("numpy", "pillow"),
        kinds=("cel", "douga"),
    ),
):
    FORMATS.add(_format)
